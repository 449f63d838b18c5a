//! Every sentence in both languages; a missing one does not compile.

use crate::language::texts;

texts! {
    // Files and cells.
    ErrorCell: "dòng {}, cột `{}`: `{}`", "line {}, column `{}`: `{}`";
    ErrorUnreadable: "{} không đọc được ({}); hãy chỉ một tệp có thật", "{} cannot be read ({}); name an existing file";
    ErrorEncoding: "{} không phải văn bản UTF-8; hãy lưu lại dạng \"CSV UTF-8\"", "{} is not UTF-8 text; save it again as \"CSV UTF-8\"";
    ErrorEmpty: "{} không có tháng nào; cần một dòng tên cột và bên dưới mỗi tháng một dòng (xem `millwatt bills --template`)", "{} has no month; expected a line of column names and below it a line a month (see `millwatt bills --template`)";
    ErrorUnknownColumn: "{}: không hiểu cột `{}`; hãy đổi tên hoặc xoá, các tên hiểu được: {}", "{}: the column `{}` means nothing here; rename or remove it, understood are: {}";
    ErrorTwiceColumn: "{}: hai cột `{}` và `{}` cùng một nghĩa; hãy xoá một cột", "{}: the columns `{}` and `{}` mean the same; remove one";
    ErrorNoColumn: "{} thiếu cột `{}`; xem `millwatt bills --template`", "{} has no column `{}`; see `millwatt bills --template`";
    ErrorSigns: "{}: dấu thập phân không thống nhất, {} khác với {}; hãy viết một kiểu, hoặc thêm --decimal point|comma để biết ô nào sai", "{}: two decimal signs, {} against {}; write them one way, or add --decimal point|comma to see which cells are wrong";
    ErrorWhichSign: "{}, {} có thể là hàng nghìn hoặc số lẻ, và không ô nào khác cho biết; hãy thêm --decimal comma (1.234 là một nghìn hai trăm ba mươi tư) hoặc --decimal point", "{}, {} could be thousands or decimals, and no other cell shows which; add --decimal point (1.234 is little more than one) or --decimal comma";
    ErrorTwiceMonth: "{}: tháng {} có hai dòng, dòng {} và dòng {}; mỗi tháng chỉ một dòng", "{}: the month {} stands twice, in line {} and line {}; a month has one line";
    ErrorFactorsLine: "{}, dòng {}: {}", "{}, line {}: {}";
    ErrorFactors: "{}: {}", "{}: {}";
    ErrorWrong: "{}, {}: {}", "{}, {}: {}";
    ErrorMore: "và {} ô sai nữa", "and {} more wrong cells";
    ExpectedMonth: "cần một tháng, ví dụ 2025-01 hoặc 01/2025", "expected a month such as 2025-01 or 01/2025";
    ExpectedFigure: "cần một số từ 0 trở lên, không kèm chữ, ví dụ 12345,6; chưa biết thì để trống", "expected a number of at least 0 without words, such as 12345.6; leave it empty when it is not known";
    ExpectedFields: "số ô của dòng này khác số cột; số có dấu phẩy phải nằm trong ngoặc kép, hoặc ngăn cột bằng dấu ;", "the line has more or fewer fields than there are columns; put figures with a comma in quotes, or part columns by ;";
    ExpectedUnit: "đơn vị sản lượng phải như các dòng trên", "expected the unit of the lines above";
    AndMore: "{} và {} tháng nữa", "{} and {} more";

    // The table and the sums.
    Heading: "{}: {} tháng, từ {} đến {}", "{}: {} months, {} to {}";
    Month: "Tháng", "Month";
    OutputIn: "Sản lượng {}", "Output {}";
    Totals: "Tổng cộng", "Totals";
    Electricity: "điện", "electricity";
    TotalCarrier: "  {}: {} {} ({} tháng), {} TOE, {} tổng năng lượng", "  {}: {} {} ({} months), {} TOE, {} of the energy";
    TotalCost: "  tiền điện trước thuế: {}, bình quân {} đ/kWh ({} tháng)", "  money for electricity before tax: {}, on average {} đ/kWh ({} months)";
    TotalFuelCost: "  tiền nhiên liệu: {} ({} tháng)", "  money for fuels: {} ({} months)";
    TotalOutput: "  sản lượng: {} {} ({} tháng)", "  output: {} {} ({} months)";
    AtLeast: " (ít nhất: chỉ {} trên {} tháng đủ số liệu)", " (at least: {} of {} months are complete)";
    TotalOil: "  năng lượng quy đổi: {} TOE{}", "  oil equivalent: {} TOE{}";
    Designated: "  từ {} đến {}: {} TOE, bằng {} ngưỡng 1.000 TOE/năm của cơ sở sử dụng năng lượng trọng điểm ({} trên 12 tháng đủ số liệu)", "  {} to {}: {} TOE, {} of the 1,000 TOE a year of a designated energy user ({} of 12 months are complete)";
    TotalCarbon: "  khí nhà kính từ điện và nhiên liệu hoá thạch: {} tCO2e{}; từ sinh khối, tính riêng: {} tCO2", "  greenhouse gas of electricity and fossil fuels: {} tCO2e{}; from biomass, told apart: {} tCO2";
    TotalReactive: "  hệ số công suất: {} ({} tháng), {} tháng dưới 0,90; tiền phản kháng tính theo bảng: {}, {}", "  power factor: {} ({} months), {} months below 0.90; reactive charge by the table: {}, {}";
    ChargeProved: "chắc chắn áp dụng: ba tháng cuối công suất trung bình từ 40 kW", "it applies: the last three months took 40 kW or more on average";
    ChargeDepends: "chỉ áp dụng khi công suất đăng ký hoặc thực dùng từ 40 kW: xem hợp đồng", "only where the contract or three bills running show 40 kW or more: see the contract";
    PerOutput: "Cho mỗi {} sản phẩm (chỉ gồm các tháng đủ số liệu)", "For each {} of output (over the months in which both are known)";
    PerKwh: "  {} kWh/{} điện", "  {} kWh/{} of electricity";
    PerCost: "  {} đ/{} tiền điện", "  {} đ/{} for electricity";
    PerEnergyCost: "  {} đ/{} tiền điện và nhiên liệu", "  {} đ/{} for electricity and fuels";
    PerFuel: "  {} {} {}/{}", "  {} {} of {}/{}";
    PerOil: "  {} kg dầu quy đổi/{}", "  {} kg of oil equivalent/{}";
    PerFossil: "  {} kg CO2e/{} từ điện và nhiên liệu hoá thạch", "  {} kg CO2e/{} of electricity and fossil fuels";
    PerBiogenic: "  {} kg CO2/{} từ sinh khối, tính riêng", "  {} kg CO2/{} from biomass, told apart";

    // The baseline.
    BaselineTitle: "Đường cơ sở: điện theo sản lượng, {} tháng", "Baseline: electricity by output, {} months";
    NoBaselineTitle: "Chưa có đường cơ sở: điện theo sản lượng, {} tháng", "No baseline yet: electricity by output, {} months";
    Equation: "  kWh/tháng = {} {} {} × sản lượng ({})", "  kWh a month = {} {} {} × output ({})";
    PanelLine: "  R² {}; F {}, p của F {}; p của sản lượng {}; CV(RMSE) {}", "  R² {}; F {}, p of F {}; p of the output {}; CV(RMSE) {}";
    BaseLoad: "  tải nền: {} ± {} kWh/tháng (tin cậy {}), bằng {} lượng điện dùng, không phụ thuộc sản lượng", "  base load: {} ± {} kWh a month ({} confidence), {} of the use, whatever is made";
    BaseLoadMoney: "  tiền của tải nền: {} đ/tháng, theo giá bình quân {} đ/kWh", "  money for the base load: {} đ a month at the average price of {} đ/kWh";
    Point: "  - {}", "  - {}";
    VerdictValid: "Đạt: sản lượng giải thích được {} mức thay đổi của điện hằng tháng; dùng làm đường cơ sở được theo quy tắc {}.", "Valid: output explains {} of how the monthly use varies; it may be used as a baseline by the rules of {}.";
    VerdictFalls: "Đường đi xuống: làm nhiều hơn lại tốn ít điện hơn. Kiểm tra cột sản lượng và cột điện.", "The line falls: more output, less electricity. Check the columns of output and energy.";
    VerdictNoOutput: "Chưa có sản lượng, nên không biết điện thay đổi theo cái gì.", "There is no output, so nothing tells what the use follows.";
    VerdictTooFew: "Dưới ba tháng có cả điện và sản lượng: chưa vẽ được đường nào.", "Fewer than three months have energy and output: no line can be drawn.";
    VerdictSameOutput: "Sản lượng tháng nào cũng như nhau: không thấy được điện thay đổi theo sản lượng.", "The output is the same in every month: how the use follows it cannot be seen.";
    VerdictSameUse: "Điện tháng nào cũng như nhau: đây là số khoán hay số đo?", "The use is the same in every month: was it measured or agreed?";
    VerdictUnfit: "Không lập được mô hình: {}.", "No model can be made: {}.";
    VerdictRows: "Mới có {} tháng đủ cả điện và sản lượng, cần {}: đường trên chỉ để xem, chưa gọi là đường cơ sở.", "Only {} months have energy and output, {} are needed: the line above is a sight, not a baseline.";
    VerdictChance: "Liên hệ giữa sản lượng và điện có thể chỉ là ngẫu nhiên (p {}, cần dưới {}).", "The link between output and use may be chance (p {}, below {} is needed).";
    VerdictR2: "Sản lượng chỉ giải thích được {} mức thay đổi của điện hằng tháng (cần {}): đo riêng các máy lớn, hoặc thêm một biến thứ hai như độ ẩm nguyên liệu.", "Output explains only {} of how the monthly use varies ({} is needed): meter the big consumers, or add a second driver such as moisture.";
    VerdictDurbinWatson: "Các tháng liền nhau lệch cùng chiều (Durbin-Watson {}, nên từ {}): có gì đó đã đổi trong năm, như máy mới hay mùa vụ.", "Neighbouring months err to the same side (Durbin-Watson {}, {} is wanted): something changed within the year, a machine or a season.";
    VerdictInfluence: "Một mình tháng {} quyết định cả đường (khoảng cách Cook {}): kiểm tra lại hoá đơn và sản lượng tháng đó.", "The month {} alone decides the line (Cook's distance {}): check its bill and its output.";
    VerdictCvFine: "Độ phân tán CV(RMSE) {} nằm trong mức {} ({}).", "The scatter, CV(RMSE) {}, is within the {} of {}.";
    VerdictCv: "Độ phân tán CV(RMSE) {} lớn hơn mức {} ({}): chỉ thấy được các khoản tiết kiệm lớn.", "The scatter, CV(RMSE) {}, is more than the {} of {}: only large savings can be seen.";
    EnoughWith: "Cần {} tháng: đủ khi có hoá đơn tháng {}, hoặc nhập thêm hoá đơn các tháng trước.", "It needs {} months: enough with the bill of {}, or with older bills.";
    EnoughEntered: "Cần {} tháng: đủ ngay khi nhập điện và sản lượng của {}.", "It needs {} months: enough once energy and output of {} are entered.";
    EnoughBoth: "Cần {} tháng: nhập điện và sản lượng của {}, rồi đủ khi có hoá đơn tháng {} hoặc các hoá đơn cũ hơn.", "It needs {} months: enter energy and output of {}, then it is enough with the bill of {} or with older bills.";

    // The plan.
    PlanTitle: "Đo gì trước (việc không tốn tiền, rồi theo số tiền có thể được, rồi việc chưa có con số)", "What to find out first (what is free, then by what it could be worth, then what has no figure)";
    PlanEmpty: "  Không có việc nào: tải nền nhỏ, hệ số công suất tốt, sản lượng giải thích được điện.", "  Nothing: the base load is small, the power factor is good, output explains the use.";
    PlanWhat: "  {}. {}", "  {}. {}";
    PlanWhy: "     vì sao: {}", "     why: {}";
    PlanWorth: "     đáng bao nhiêu: {}", "     worth: {}";
    PlanEffort: "     tốn gì để biết: {}", "     to find out: {}";
    PlanSure: "     độ chắc: {}", "     how sure: {}";
    WhatMonths: "Nhập các tháng còn thiếu", "Enter the months that are missing";
    WhatOutput: "Nhập sản lượng hằng tháng", "Enter the output of each month";
    WhatCost: "Nhập tiền điện hằng tháng", "Enter what the electricity of each month cost";
    WhatKvarh: "Nhập điện năng phản kháng (kvarh)", "Enter the reactive energy (kvarh)";
    WhatFuelCost: "Nhập tiền nhiên liệu", "Enter what the fuels cost";
    WhatMainMeter: "Công tơ tổng, đọc từng phút", "A main meter, read by the minute";
    WhatReactive: "Công tơ có thanh ghi phản kháng, rồi tụ bù", "A meter with reactive registers, then capacitors";
    WhatSubmeter: "Công tơ phụ cho máy lớn nhất", "A sub-meter on the largest machine";
    WhatFuel: "Cân {}", "Weigh the {}";
    WhyMonthsFew: "mới có {} tháng đủ cả điện và sản lượng, đường cơ sở cần {}. {}", "{} months have energy and output, a baseline needs {}. {}";
    WhyMonthsHoles: "thiếu điện hoặc sản lượng của {}", "energy or output of {} is missing";
    WhyOutput: "không có sản lượng thì không tính được suất tiêu hao và đường cơ sở", "without output there is no figure for a kilogram and no baseline";
    WhyCost: "chưa biết tiền điện của {}, nên không quy được ra tiền", "the money of {} is not known, so nothing can be told in money";
    WhyKvarh: "hoá đơn có ghi; dưới 0,90 phải trả thêm ({})", "the bill shows it; below 0.90 it costs extra ({})";
    WhyFuelCost: "chưa biết tiền nhiên liệu, nên giá thành năng lượng mới chỉ có phần điện", "without it the cost of energy is that of electricity alone";
    WhyMainMeterBlind: "hoá đơn tháng chưa cho biết tải nền (chưa có đường cơ sở đạt); công tơ đọc từng phút thấy ngay tải ban đêm và ngày nghỉ", "monthly bills do not show the base load yet (no valid baseline); a meter read by the minute shows the load of nights and days off at once";
    WhyMainMeter: "tải nền {} ± {} kWh/tháng là {} lượng điện dùng; số liệu từng phút cho biết giờ nào và máy nào", "a base load of {} ± {} kWh a month is {} of the use; minutes tell at which hour it runs and what it is";
    WhyReactive: "hệ số công suất {}; dưới 0,90 trong {} ({}); {}", "a power factor of {}; below 0.90 in {} ({}); {}";
    WhySubmeter: "R² {}, CV(RMSE) {}: các tháng nằm trên đường đã dùng thêm {} kWh so với đường trong 12 tháng cuối", "R² {}, CV(RMSE) {}: the months above the line used {} kWh more than the line in the last twelve months";
    WhyFuel: "{} chiếm {} năng lượng quy đổi, mà số lượng chỉ biết được khi cân", "{} is {} of the oil equivalent, and only a scale tells how much was burnt";
    WhyFuelRecalled: "{} chiếm {} năng lượng quy đổi, hệ số lại không có trong bảng chính thức và giảm theo độ ẩm: cân từng chuyến và ghi độ ẩm", "{} is {} of the oil equivalent, its factor is in no official table and falls with moisture: weigh each load and note how wet it is";
    WorthUnlocks: "các con số khác cần đến nó", "other figures need it";
    WorthUnknown: "chưa có con số", "no figure yet";
    WorthExactly: "{} {}: số tiền phản kháng tính theo bảng", "{} {}: the reactive charge by the table";
    WorthAtMost: "nhiều nhất {} {}", "at most {} {}";
    WorthBetween: "{} đến {} {}: {} đến {} của số tiền đó ({}); thiết bị rẻ hơn số nhỏ thì hoàn vốn trong năm", "{} to {} {}: {} to {} of that money ({}); what costs less than the lower figure is paid back within the year";
    AYear: "một năm", "a year";
    InMonths: "trong {} tháng đã có", "in the {} months given";
    EffortPaper: "không tốn tiền: giấy tờ đã có ở xưởng hoặc ở điện lực", "nothing: the papers are in the office or with the power company";
    EffortMainMeter: "một công tơ ba pha có Modbus và biến dòng ở tủ tổng; hãy hỏi giá", "one three-phase meter with Modbus and its transformers at the main board; ask for a price";
    EffortReactive: "công tơ ba pha rẻ nhất có thanh ghi kvarh cũng đủ; hãy hỏi giá tụ bù", "the cheapest three-phase meter with kvarh registers is enough; ask for a price of capacitors";
    EffortSubmeter: "một công tơ phụ, mỗi máy hai tuần rồi chuyển; hãy hỏi giá", "one sub-meter, two weeks on each machine in turn; ask for a price";
    EffortFuel: "một cái cân và quyển sổ; hãy hỏi giá", "a scale and a notebook; ask for a price";
    SureHigh: "cao", "high";
    SureMedium: "vừa", "medium";
    SureLow: "thấp", "low";

    // Notes and sources.
    NotesTitle: "Lưu ý", "Notes";
    NoteMissing: "Không có dòng nào cho {}: không tự điền.", "No line for {}: nothing was filled in.";
    NoteNoKwh: "Chưa biết điện của {}.", "The energy of {} is not known.";
    NoteNoCost: "Chưa biết tiền điện của {}.", "The money of {} is not known.";
    NoteNoOutput: "Chưa biết sản lượng của {}.", "The output of {} is not known.";
    NoteNoFuel: "Chưa biết {} của {}: không dùng thì ghi 0.", "The {} of {} is not known: write 0 for none.";
    NoteNoFactor: "Thiếu hệ số cho {} ({}): phần đó không được tính.", "A factor is missing for {} ({}): that part is not counted.";
    NoteOtherYear: "Hệ số lưới điện mới nhất đã công bố là của năm {}, dùng cho {}.", "The latest official grid factor is that of {}, used for {}.";
    NoteOddPrice: "{}: giá bình quân {} đ/kWh nằm ngoài {} đến {} ({}); kiểm tra đơn vị của điện và tiền.", "{}: an average of {} đ/kWh is outside {} to {} ({}); check the units of energy and money.";
    NoteUnit: "Không có đơn vị sản lượng: hiểu là kg.", "The unit of the output is not told: taken as kg.";
    NoteGeneralKnowledge: "Hệ số của {} là kiến thức chung, không có trong bảng chính thức: sửa bằng --factors.", "The factor of {} is general knowledge, in no official table: set your own with --factors.";
    SourcesTitle: "Hệ số ({})", "Factors ({})";
    Source: "  {}: {}", "  {}: {}";
    SourceElectricity: "điện, TOE", "electricity, TOE";
    SourceGrid: "lưới điện năm {}, {} tCO2e/MWh", "grid of {}, {} tCO2e/MWh";
}
