//! The sentences of commissioning.

use crate::language::texts;

texts! {
    Silent: "`{}`: {}", "`{}`: {}";
    NoVoltage: "`{}`: pha L{} chỉ có {} V, các pha khác {} V; kiểm tra cầu chì và dây điện áp của pha đó", "`{}`: phase L{} shows {} V, the others {} V; look at its fuse and its voltage wire";
    Scrambled: "`{}`: {} V và {} Hz không phải số của lưới điện; kiểm tra kiểu số, thứ tự thanh ghi (word_order) và loại công tơ", "`{}`: {} V and {} Hz are not numbers of the mains; check type, word_order and whether it is this model";
    Turned: "`{}`: biến dòng ở đầu vào L{} bị ngược; đổi chỗ hai dây S1 và S2 của nó", "`{}`: the current transformer of input L{} is turned; swap its wires S1 and S2";
    Exchanged: "`{}`: biến dòng ở đầu vào L{} nằm trên cáp pha L{}; đổi chỗ các biến dòng hoặc dây của chúng", "`{}`: the current transformer of input L{} sits on the cable of L{}; exchange the transformers, or their wires";
    Unclear: "`{}`: góc giữa dòng và áp không giống tải nào ({}); xem lại thứ tự pha và chiều của cả ba biến dòng", "`{}`: the angles of current and voltage fit no load ({}); look at phase order and direction of all three transformers";
    NoLoad: "`{}`: không phải pha nào cũng có dòng; chưa thể xét biến dòng, hãy kiểm tra lại khi máy chạy", "`{}`: not every phase carries current, so nothing can be said of its transformers; look again when the machines run";
    Negative: "`{}`: công suất {} kW là âm mà không phát điện ngược; biến dòng bị ngược hết, hoặc đổi chiều nguồn và tải", "`{}`: its power of {} kW is negative and it feeds nothing back; all transformers are turned, or supply and load are exchanged";
    AboveApparent: "`{}`: pha L{} có {} W, nhiều hơn {} V x {} A; tỷ số biến dòng hoặc kiểu thanh ghi không đúng", "`{}`: phase L{} shows {} W, more than its {} V x {} A; the transformer ratio or a register's type is wrong";
    SumDiffers: "`{}`: tổng các pha {} kW, thanh ghi tổng {} kW; kiểm tra sơ đồ đấu (3 hay 4 dây) và thứ tự thanh ghi", "`{}`: its phases come to {} kW, its total says {} kW; check the wiring mode (3 or 4 wires) and the word order";
    FactorDiffers: "`{}`: thanh ghi hệ số công suất là {}, công suất và dòng cho {}; kiểm tra thanh ghi đó", "`{}`: its power factor says {}, power and current say {}; check that register";
    AboveRated: "`{}`: {} kW, nhiều hơn rated_kw = {}; kiểm tra tỷ số biến dòng, hoặc sửa rated_kw", "`{}`: {} kW, more than its rated_kw = {}; check the transformer ratio, or mend rated_kw";
    SubsAbove: "các công tơ nhánh của `{}` cộng lại {} kW, `{}` chỉ {} kW; một tỷ số biến dòng không đúng, hoặc một nhánh nằm ngoài", "the meters below `{}` come to {} kW, `{}` shows {} kW; a transformer ratio is wrong, or one of them is fed from elsewhere";
    StandsStill: "`{}`: công suất {} kW nhưng điện năng đứng yên {} giây; thanh ghi điện năng không đúng", "`{}`: it shows {} kW, but its energy stood still for {} seconds; the energy register is another one";
    RatioMissing: "`{}`: màn hình {} kWh, thanh ghi {} kWh: gấp {} lần; thanh ghi chưa nhân tỷ số biến dòng: cài tỷ số trong công tơ hoặc thêm `factor`", "`{}`: its display says {} kWh, the register {} kWh: {} times as much; the register leaves out the transformer ratio: set it in the meter, or add a `factor`";
    DigitsWrong: "`{}`: màn hình {} kWh, thanh ghi {} kWh: lệch đúng {} lần; sửa `decimals` hoặc `unit`", "`{}`: its display says {} kWh, the register {} kWh: {} times as much; mend `decimals` or `unit`";
    DisplayDiffers: "`{}`: màn hình {} kWh, thanh ghi {} kWh; đọc nhầm thanh ghi, hoặc màn hình chỉ số khác", "`{}`: its display says {} kWh, the register {} kWh; it is another register, or the display shows another figure";
    NotShown: "`{}`: công tơ không cho điện năng để so với màn hình", "`{}`: the meter gives no energy to compare with its display";
}
