//! What is asked, said and written as comments, in English and in Vietnamese.

use crate::language::texts;

texts! {
    // Questions.
    AskName: "Tên cơ sở sản xuất", "Name of the factory";
    UsualName: "Xưởng của tôi", "My factory";
    AskKind: "Cơ sở làm sản phẩm gì?", "What does it make?";
    AskZone: "Múi giờ", "Time zone";
    AskCurrency: "Đơn vị tiền tệ", "Currency";
    AskLevel:
        "Cấp điện áp mua điện, để lấy giá; bỏ: không lấy giá",
        "Voltage of the electricity supply, for the prices; skip: no prices";
    AskSchedule:
        "Khung giờ của hóa đơn: xem trên hóa đơn giờ cao điểm từ mấy giờ đến mấy giờ",
        "Hours of the bill: see on it from when to when the peak is";
    AskShift: "Ca {}: tên ca", "Shift {}: its name";
    AskNextShift: "Ca {}: tên ca; Enter nếu đã hết", "Shift {}: its name; Enter when that was all";
    AskDays: "Những ngày nào", "On which days";
    AskHours: "Từ mấy giờ đến mấy giờ", "From when to when";
    AskMachine:
        "Máy {}, ví dụ {}: tên máy; Enter nếu đã hết",
        "Machine {}, such as {}: its name; Enter when that was all";
    AskKilowatts:
        "Công suất định mức theo nhãn máy, kW; Enter nếu chưa biết",
        "Its rated power in kW, from its plate; Enter when not known";
    AskAddress:
        "Địa chỉ công tơ tổng, máy:cổng hoặc cổng nối tiếp; Enter nếu chưa có",
        "Address of the main meter, host:port or a serial port; Enter when there is none yet";
    AskProfile: "Công tơ loại nào? Enter nếu chưa biết", "Which meter is it? Enter when not known";
    AskUnit: "Sản lượng tính bằng", "The output is counted in";

    // What an answer must be.
    Refused: "`{}` không dùng được: cần {}", "`{}` does not do: expected {}";
    ExpectName: "tên dài tối đa 80 ký tự", "a name of up to 80 characters";
    ExpectNumber: "một số từ 1 đến {}", "a number from 1 to {}";
    ExpectNumberOrSkip: "một số từ 1 đến {}, hoặc bỏ", "a number from 1 to {}, or skip";
    ExpectZone: "múi giờ IANA, ví dụ Asia/Bangkok", "an IANA zone such as Asia/Bangkok";
    ExpectCurrency: "ba chữ cái, ví dụ VND hoặc USD", "three letters such as VND or USD";
    ExpectDays: "ngày, ví dụ t2-t7, t2,t4 hoặc cả tuần", "days such as mon-sat, mon,wed or all";
    ExpectHours:
        "giờ, ví dụ 22:00-06:00, không trùng với ca khác",
        "hours such as 22:00-06:00, none of which another shift has";
    ExpectKilowatts: "một số lớn hơn 0, ví dụ 7,5", "a number above 0 such as 7.5";
    ExpectAddress:
        "địa chỉ, ví dụ 192.168.1.20:502 hoặc /dev/ttyUSB0",
        "an address such as 192.168.1.20:502 or /dev/ttyUSB0";

    // Comments of the file.
    NoteFile:
        "Do `millwatt new` tạo. Sửa xong hãy kiểm tra lại: millwatt check",
        "Written by `millwatt new`. Edit it, then judge it again: millwatt check";
    NoteName: "tên ghi trên báo cáo", "stands on the report";
    NoteMain: "tài sản có công tơ đo toàn cơ sở", "the asset whose meter carries the whole site";
    NoteOutput:
        "máy đếm sản lượng; bỏ dấu # để dùng",
        "the machine that counts the output; take the # away";
    NoteUnit: "đơn vị của sản lượng", "what the output is counted in";
    NoteCommit: "mất điện chỉ mất tối đa chừng này", "the most that a power cut may take";
    NoteDemand:
        "công suất đã đăng ký với điện lực, kW; bỏ dấu # để dùng",
        "the demand that is registered with the supplier, kW; take the # away";
    NoteFacts:
        "Để có tiền nhiên liệu, CO2 và đường cơ sở: sửa số cho đúng rồi bỏ các dấu #:",
        "For the cost of fuels, CO2 and a baseline: put your own figures and take each # away:";
    NoteShifts:
        "Giờ làm theo kế hoạch. Ca đêm có thể là 22:00-06:00, tính vào ngày bắt đầu ca.",
        "Planned work. A night shift may be 22:00-06:00; it belongs to the day on which it begins.";
    NoteTariffs:
        "Giá trước thuế, mỗi khối từ một ngày, cũ trước mới sau. So với hóa đơn; khi giá đổi thì thêm khối mới.",
        "Prices before tax, each from a day on, oldest first. Compare them with your bill; add a block when they change.";
    NoteNoTariffs:
        "Giá điện: thiếu giá thì không tính được tiền điện. Lấy từ hóa đơn, ví dụ:",
        "Prices: without them energy has no cost. From your bill, such as:";
    NoteAssets:
        "Công tơ tổng, rồi đến các máy. Máy chưa đo cũng ghi được ở đây.",
        "The main meter, then machines. What is not measured yet may stand here, too.";
    MainMeter: "Công tơ tổng", "Main meter";
    NoteRated:
        "công suất lớn nhất, kW: số đếm tăng nhanh hơn thì không tin",
        "most power it can draw, kW: a counter that gains more is not believed";
    NoteRunning:
        "từ công suất này là máy chạy, kW; idle_kw: từ mức này là chạy không tải",
        "from this power on it runs, kW; idle_kw: from this on it idles";
    NoteCycle:
        "số giây cho một đơn vị sản lượng khi mọi thứ tốt",
        "seconds for one unit of output when all goes well";
    NoteMeters:
        "Công tơ: `millwatt scan` tìm công tơ trên đường dây, `millwatt profiles list` liệt kê các loại đã biết.",
        "Meters: `millwatt scan` finds them on a line, `millwatt profiles list` names those that are known.";
    NoteProtocol:
        "nếu có bộ chuyển đổi nối tiếp ở giữa; bỏ dấu # để dùng",
        "where a serial converter stands between; take the # away";
    NoteMeterUnit: "số của công tơ trên đường dây, ở đây theo nhà máy đặt", "its number on the line, here as the factory sets it";
    NoteNoProfile:
        "`millwatt scan` có thể cho biết loại công tơ. Ghi profile rồi bỏ các dấu #:",
        "Which meter it is, `millwatt scan` may tell. Name its profile and take each # away:";

    // What to do next.
    Written: "{}: đã ghi", "{}: written";
    Next: "tiếp theo:", "next:";
    NextCheck: "kiểm tra sau mỗi lần sửa", "judge it after each edit";
    NextScan: "tìm công tơ trên đường dây", "find the meters on a line";
    NextRun: "đọc công tơ và lưu số liệu", "poll them and keep what they say";
}
