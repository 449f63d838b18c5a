//! What is asked, said and written as comments, in English and in Vietnamese.

/// A language of questions and comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// English.
    #[value(name = "en")]
    English,
    /// Vietnamese.
    #[value(name = "vi")]
    Vietnamese,
}

impl Language {
    /// The language that the environment asks for: Vietnamese where it does, else English.
    #[must_use]
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        match set("LC_ALL").or_else(|| set("LANG")) {
            Some(value) if value.to_lowercase().starts_with("vi") => Self::Vietnamese,
            _ => Self::English,
        }
    }
}

/// Each text in both languages; one that lacks a language does not compile.
macro_rules! texts {
    ($($key:ident: $english:literal, $vietnamese:literal;)+) => {
        /// A text, by what it is for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Text { $($key,)+ }

        impl Text {
            /// The text in one of the languages.
            pub(crate) const fn in_language(self, language: Language) -> &'static str {
                match language {
                    Language::English => match self { $(Self::$key => $english,)+ },
                    Language::Vietnamese => match self { $(Self::$key => $vietnamese,)+ },
                }
            }
        }
    };
}

texts! {
    // Questions.
    AskName: "Name of the factory", "Tên cơ sở sản xuất";
    UsualName: "My factory", "Xưởng của tôi";
    AskKind: "What does it make?", "Cơ sở làm sản phẩm gì?";
    AskZone: "Time zone", "Múi giờ";
    AskCurrency: "Currency", "Đơn vị tiền tệ";
    AskLevel:
        "Voltage of the electricity supply, for the prices; skip: no prices",
        "Cấp điện áp mua điện, để lấy giá; bỏ: không lấy giá";
    AskSchedule:
        "Hours of the bill: see on it from when to when the peak is",
        "Khung giờ của hóa đơn: xem trên hóa đơn giờ cao điểm từ mấy giờ đến mấy giờ";
    AskShift: "Shift {}: its name", "Ca {}: tên ca";
    AskNextShift: "Shift {}: its name; Enter when that was all", "Ca {}: tên ca; Enter nếu đã hết";
    AskDays: "On which days", "Những ngày nào";
    AskHours: "From when to when", "Từ mấy giờ đến mấy giờ";
    AskMachine:
        "Machine {}, such as {}: its name; Enter when that was all",
        "Máy {}, ví dụ {}: tên máy; Enter nếu đã hết";
    AskKilowatts:
        "Its rated power in kW, from its plate; Enter when not known",
        "Công suất định mức theo nhãn máy, kW; Enter nếu chưa biết";
    AskAddress:
        "Address of the main meter, host:port or a serial port; Enter when there is none yet",
        "Địa chỉ công tơ tổng, máy:cổng hoặc cổng nối tiếp; Enter nếu chưa có";
    AskProfile: "Which meter is it? Enter when not known", "Công tơ loại nào? Enter nếu chưa biết";
    AskUnit: "The output is counted in", "Sản lượng tính bằng";

    // What an answer must be.
    Refused: "`{}` does not do: expected {}", "`{}` không dùng được: cần {}";
    ExpectName: "a name of up to 80 characters", "tên dài tối đa 80 ký tự";
    ExpectNumber: "a number from 1 to {}", "một số từ 1 đến {}";
    ExpectNumberOrSkip: "a number from 1 to {}, or skip", "một số từ 1 đến {}, hoặc bỏ";
    ExpectZone: "an IANA zone such as Asia/Bangkok", "múi giờ IANA, ví dụ Asia/Bangkok";
    ExpectCurrency: "three letters such as VND or USD", "ba chữ cái, ví dụ VND hoặc USD";
    ExpectDays: "days such as mon-sat, mon,wed or all", "ngày, ví dụ t2-t7, t2,t4 hoặc cả tuần";
    ExpectHours:
        "hours such as 22:00-06:00, none of which another shift has",
        "giờ, ví dụ 22:00-06:00, không trùng với ca khác";
    ExpectKilowatts: "a number above 0 such as 7.5", "một số lớn hơn 0, ví dụ 7,5";
    ExpectAddress:
        "an address such as 192.168.1.20:502 or /dev/ttyUSB0",
        "địa chỉ, ví dụ 192.168.1.20:502 hoặc /dev/ttyUSB0";

    // Comments of the file.
    NoteFile:
        "Written by `millwatt new`. Edit it, then judge it again: millwatt check",
        "Do `millwatt new` tạo. Sửa xong hãy kiểm tra lại: millwatt check";
    NoteName: "stands on the report", "tên ghi trên báo cáo";
    NoteMain: "the asset whose meter carries the whole site", "tài sản có công tơ đo toàn cơ sở";
    NoteOutput:
        "the machine that counts the output; take the # away",
        "máy đếm sản lượng; bỏ dấu # để dùng";
    NoteUnit: "what the output is counted in", "đơn vị của sản lượng";
    NoteCommit: "the most that a power cut may take", "mất điện chỉ mất tối đa chừng này";
    NoteShifts:
        "Planned work. A night shift may be 22:00-06:00; it belongs to the day on which it begins.",
        "Giờ làm theo kế hoạch. Ca đêm có thể là 22:00-06:00, tính vào ngày bắt đầu ca.";
    NoteTariffs:
        "Prices before tax, each from a day on, oldest first. Compare them with your bill; add a block when they change.",
        "Giá trước thuế, mỗi khối từ một ngày, cũ trước mới sau. So với hóa đơn; khi giá đổi thì thêm khối mới.";
    NoteNoTariffs:
        "Prices: without them energy has no cost. From your bill, such as:",
        "Giá điện: thiếu giá thì không tính được tiền điện. Lấy từ hóa đơn, ví dụ:";
    NoteAssets:
        "The main meter, then machines. What is not measured yet may stand here, too.",
        "Công tơ tổng, rồi đến các máy. Máy chưa đo cũng ghi được ở đây.";
    MainMeter: "Main meter", "Công tơ tổng";
    NoteRated:
        "most power it can draw, kW: a counter that gains more is not believed",
        "công suất lớn nhất, kW: số đếm tăng nhanh hơn thì không tin";
    NoteRunning:
        "from this power on it runs, kW; idle_kw: from this on it idles",
        "từ công suất này là máy chạy, kW; idle_kw: từ mức này là chạy không tải";
    NoteCycle:
        "seconds for one unit of output when all goes well",
        "số giây cho một đơn vị sản lượng khi mọi thứ tốt";
    NoteMeters:
        "Meters: `millwatt scan` finds them on a line, `millwatt profiles list` names those that are known.",
        "Công tơ: `millwatt scan` tìm công tơ trên đường dây, `millwatt profiles list` liệt kê các loại đã biết.";
    NoteProtocol:
        "where a serial converter stands between; take the # away",
        "nếu có bộ chuyển đổi nối tiếp ở giữa; bỏ dấu # để dùng";
    NoteMeterUnit: "its number on the line, here as the factory sets it", "số của công tơ trên đường dây, ở đây theo nhà máy đặt";
    NoteNoProfile:
        "Which meter it is, `millwatt scan` may tell. Name its profile and take each # away:",
        "`millwatt scan` có thể cho biết loại công tơ. Ghi profile rồi bỏ các dấu #:";

    // What to do next.
    Written: "{}: written", "{}: đã ghi";
    Next: "next:", "tiếp theo:";
    NextCheck: "judge it after each edit", "kiểm tra sau mỗi lần sửa";
    NextScan: "find the meters on a line", "tìm công tơ trên đường dây";
    NextRun: "poll them and keep what they say", "đọc công tơ và lưu số liệu";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_tells_the_language() {
        let of = |all: &'static str, language: &'static str| {
            Language::of_environment(move |name| match name {
                "LC_ALL" => Some(all.to_owned()),
                "LANG" => Some(language.to_owned()),
                _ => None,
            })
        };
        assert_eq!(of("", "vi_VN.UTF-8"), Language::Vietnamese);
        assert_eq!(of("C", "vi_VN.UTF-8"), Language::English);
        assert_eq!(of("vi_VN", "en_US.UTF-8"), Language::Vietnamese);
        assert_eq!(Language::of_environment(|_| None), Language::English);
    }
}
