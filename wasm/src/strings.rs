//! The words that several chapters share.

crate::words! {
    /// A word or sentence of the page; `{}` marks where a figure goes.
    pub enum Key {
        Title: "Báo cáo năng lượng và thiết bị", "Energy and machine report";
        Period: "Kỳ báo cáo", "Period";
        From: "Từ ngày", "From";
        To: "Đến hết ngày", "To";
        LastDay: "Ngày cuối", "Last day";
        Days7: "7 ngày", "7 days";
        Days30: "30 ngày", "30 days";
        ThisMonth: "Tháng cuối", "Last month";
        ThisQuarter: "Quý cuối", "Last quarter";
        ThisYear: "Năm cuối", "Last year";
        Whole: "Toàn bộ", "Whole record";
        Save: "Lưu trang này", "Save this page";
        Used: "Nhà máy dùng {} điện, tốn {} đã gồm thuế; số liệu đo được {} thời gian.", "The site used {} of electricity for {} with tax; {} of the time was measured.";
        UsedNoPrice: "Nhà máy dùng {} điện; số liệu đo được {} thời gian. Chưa có biểu giá nên chưa tính được tiền.", "The site used {} of electricity; {} of the time was measured. No tariff covers it, so no cost is known.";
        UsedUnknown: "Chưa biết lượng điện của kỳ này: không có số đọc công tơ tổng. Kiểm tra kết nối công tơ, hoặc chọn kỳ khác.", "The use of this period is unknown: the main meter has no reading in it. Check its connection or choose another period.";
        MoreThan: "So với {} trước đó, điện dùng tăng {} ({}); sản lượng thay đổi {}. Chưa có đường cơ sở nên chưa tách được phần do sản xuất.", "Against the {} before, use rose by {} ({}); output changed by {}. Without a baseline the part due to production is not yet separated.";
        LessThan: "So với {} trước đó, điện dùng giảm {} ({}); sản lượng thay đổi {}. Chưa có đường cơ sở nên chưa tách được phần do sản xuất.", "Against the {} before, use fell by {} ({}); output changed by {}. Without a baseline the part due to production is not yet separated.";
        MoreThanPlain: "So với {} trước đó, điện dùng tăng {} ({}). Chưa biết sản lượng và chưa có đường cơ sở nên chưa nói được vì sao.", "Against the {} before, use rose by {} ({}). Without output and a baseline the reason cannot be told.";
        LessThanPlain: "So với {} trước đó, điện dùng giảm {} ({}). Chưa biết sản lượng và chưa có đường cơ sở nên chưa nói được vì sao.", "Against the {} before, use fell by {} ({}). Without output and a baseline the reason cannot be told.";
        NotComparable: "Chưa so sánh được với kỳ trước: cần dữ liệu đo đủ cả {} trước đó.", "No comparison with the period before: all of the {} before must have been measured.";
        DaysCount: "{} ngày", "{} days";
        FirstIdle: "Việc nên làm trước: {} chạy không tải hết {} trong kỳ, khoảng {}. Tắt máy khi chờ.", "Do this first: {} took {} while idle in the period, about {}. Switch it off while it waits.";
        FirstFactor: "Việc nên làm trước: hệ số công suất {} thấp hơn 0,9; có thể bị tính tiền phản kháng. Xem xét lắp tụ bù.", "Do this first: the power factor of {} is below 0.9 and may be charged for. Consider capacitors.";
        FirstNothing: "Chưa thấy khoản lãng phí nào đo được trong kỳ này.", "No measured waste stands out in this period.";
        Machines: "Máy móc", "Machines";
        Energy: "Điện năng", "Electricity";
        Cost: "Tiền điện", "Cost";
        WithTax: "đã gồm thuế", "with tax";
        SpecificEnergy: "Suất tiêu hao điện", "Specific electricity";
        SpecificFuel: "Suất tiêu hao nhiên liệu", "Specific fuel";
        Output: "Sản lượng đạt", "Good output";
        Peak: "Công suất đỉnh 15 phút", "Peak of 15 minutes";
        PowerFactor: "Hệ số công suất", "Power factor";
        Coverage: "Độ phủ dữ liệu", "Data coverage";
        Unknown: "chưa biết", "unknown";
        NeedsTariff: "cần biểu giá trong site.toml", "needs a tariff in site.toml";
        NeedsOutput: "cần số đếm sản phẩm hoặc nhập sản lượng", "needs a product counter or reported output";
        NeedsMeter: "cần số đọc công tơ tổng trong kỳ", "needs readings of the main meter in the period";
        DailyTitle: "Ngày dùng nhiều nhất là {} với {}", "{} used most, with {}";
        DailyAid: "Mỗi cột là một ngày. Phần gạch chéo: ngày không đo đủ.", "One bar a day. Hatched: days not measured in full.";
        ProfileTitle: "Trung bình {} lúc {}, cao nhất trong ngày; nền ban đêm {}", "On average {} at {}, the most of the day; the night base is {}";
        ProfileAid: "Công suất trung bình theo giờ trong ngày (đường) và khoảng từ thấp nhất đến cao nhất (dải).", "Mean power by time of day (line) and the range from lowest to highest (band).";
        HeatTitle: "Giờ nặng nhất trong tuần: {} lúc {} giờ, trung bình {}", "The heaviest hour of the week: {} at {}:00, on average {}";
        HeatAid: "Công suất trung bình theo thứ và giờ. Càng đậm càng nhiều; ô gạch chéo là chưa đo.", "Mean power by weekday and hour. Darker is more; hatched is not measured.";
        RibbonTitle: "{} chạy không tải nhiều nhất: {} trong kỳ", "{} was idle the longest: {} in the period";
        RibbonAid: "Trạng thái máy của {}. Chỗ trống là không đo.", "Machine states of {}. Blank is not measured.";
        OeeTitle: "OEE thấp nhất: {} với {}", "The lowest OEE: {} with {}";
        OeeAid: "OEE = sẵn sàng × hiệu năng × tỷ lệ đạt, trong thời gian kế hoạch.", "OEE = availability × performance × quality, within planned time.";
        MachinesTitle: "{} dùng nhiều điện nhất trong các máy: {}", "{} takes the most of all machines: {}";
        MachinesAid: "Điện theo trạng thái máy, kWh.", "Electricity by machine state, kWh.";
        BandsTitle: "{} điện dùng trong khung giờ “{}”", "{} of the energy falls in band “{}”";
        BandsAid: "Điện theo khung giờ của biểu giá, kWh. Nguồn: {}", "Electricity by tariff band, kWh. Source: {}";
        CoverageTitle: "{} trên {} ngày được đo đủ ở mọi công tơ", "{} of {} days were measured in full on every meter";
        CoverageAid: "Mỗi ô là một ngày của một công tơ; ô trống là đo đủ, ô cam là thiếu.", "One cell a day and meter; plain is complete, orange is not.";
        FiguresTitle: "Mọi chỉ số của kỳ, đúng từng chữ số", "All figures of the period, to the last digit";
        MethodTitle: "Cách tính và nguồn", "Method and source";
        Method: "Điện năng lấy từ hiệu số của thanh ghi công tơ; chỗ mất số đọc được chia theo thời gian và ghi là ước tính; số đọc bất thường không được tính. Công suất đỉnh là trung bình của cửa sổ cố định được đo trọn. Hệ số công suất tính từ điện năng cả kỳ. Trang này tính lại mọi thứ từ số liệu nằm trong tệp, không cần mạng.", "Energy is the difference of meter registers; where readings are missing it is spread over time and marked as estimated; readings against the evidence are not booked. Peaks are means of fixed windows that were measured whole. The power factor is that of the whole period's energies. This page computes everything anew from the data in the file, without a network.";
        NotProved: "Chưa chứng minh: công tơ không ký số đọc; tệp này chống hỏng nhưng chưa chống giả mạo.", "Not proved: meters do not sign their readings; this file is protected against damage, not yet against forgery.";
        Damaged: "{} byte của nhật ký bị hỏng và được bỏ qua.", "{} bytes of the log are damaged and were passed over.";
        Table: "Bảng số liệu", "Table";
        SaveAs: "Lưu thành tệp:", "Save as a file:";
        HowComputed: "Cách tính", "Method";
        Indicator: "Chỉ số", "Indicator";
        Asset: "Thiết bị", "Asset";
        Part: "Phần", "Part";
        Value: "Giá trị", "Value";
        Unit: "Đơn vị", "Unit";
        Findings: "Lưu ý", "Findings";
        Day: "Ngày", "Day";
        Hour: "Giờ", "Hour";
        SiteWide: "toàn nhà máy", "whole site";
        Off: "Tắt", "Off";
        Idle: "Không tải", "Idle";
        Setup: "Chuẩn bị", "Setup";
        Running: "Đang chạy", "Running";
        Down: "Hỏng", "Breakdown";
        Availability: "Sẵn sàng", "Availability";
        Performance: "Hiệu năng", "Performance";
        Quality: "Tỷ lệ đạt", "Quality";
        NoMachines: "Chưa có máy nào có trạng thái: thêm thanh ghi trạng thái hoặc ngưỡng công suất vào site.toml.", "No machine has states yet: add a state register or power thresholds to site.toml.";
        NoOee: "Chưa tính được OEE: cần ca làm việc, số đếm đạt và hỏng, và thời gian chu kỳ lý tưởng.", "No OEE yet: it needs shifts, good and reject counts, and an ideal cycle time.";
        NoEnergy: "Kỳ này không có số đọc điện năng.", "This period holds no energy reading.";
        NoTariff: "Chưa có biểu giá trong site.toml.", "No tariff in site.toml yet.";
        Mon: "T2", "Mon"; Tue: "T3", "Tue"; Wed: "T4", "Wed"; Thu: "T5", "Thu";
        Fri: "T6", "Fri"; Sat: "T7", "Sat"; Sun: "CN", "Sun";
        LowCoverage: "đo thiếu", "low coverage";
        Estimated: "có phần ước tính", "partly estimated";
        CounterBroken: "công tơ nhảy số", "counter broken";
        TransientValue: "bỏ qua số đọc lạ", "odd readings passed over";
        SuspectValue: "số đọc bị nghi ngờ", "values not believed";
        Rollover: "công tơ quay vòng", "rollover";
        MeterExchanged: "đã thay công tơ", "meter exchanged";
        NotMeasured: "không đo", "not measured";
        NoData: "không có dữ liệu", "no data";
        NothingToDivideBy: "không có gì để chia", "nothing to divide by";
        GridTooCoarse: "số đọc quá thưa", "readings too far apart";
        NoPrice: "không có giá", "no tariff";
        NoFactor: "chưa có hệ số quy đổi", "no conversion factor";
        NoFuelPrice: "chưa có giá nhiên liệu", "no fuel price";
        NoIdealCycle: "chưa có chu kỳ lý tưởng", "no ideal cycle";
        NoFailure: "không hỏng lần nào", "no failure";
        AboveOne: "lớn hơn 1", "above one";
    }
}

impl Key {
    /// A weekday, 0 for Monday.
    #[must_use]
    pub const fn weekday(index: usize) -> Self {
        [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun][index % 7]
    }

    /// A machine state.
    #[must_use]
    pub const fn state(state: millwatt::production::State) -> Self {
        use millwatt::production::State;
        match state {
            State::Off => Self::Off,
            State::Idle => Self::Idle,
            State::Setup => Self::Setup,
            State::Running => Self::Running,
            State::Down => Self::Down,
        }
    }

    /// A finding.
    #[must_use]
    pub const fn cause(cause: millwatt::finding::Cause) -> Self {
        use millwatt::finding::Cause;
        match cause {
            Cause::LowCoverage => Self::LowCoverage,
            Cause::Estimated => Self::Estimated,
            Cause::CounterBroken => Self::CounterBroken,
            Cause::TransientValue => Self::TransientValue,
            Cause::SuspectValue => Self::SuspectValue,
            Cause::Rollover => Self::Rollover,
            Cause::MeterExchanged => Self::MeterExchanged,
            Cause::NotMeasured => Self::NotMeasured,
            Cause::NoData => Self::NoData,
            Cause::NothingToDivideBy => Self::NothingToDivideBy,
            Cause::GridTooCoarse => Self::GridTooCoarse,
            Cause::NoTariff => Self::NoPrice,
            Cause::NoFactor => Self::NoFactor,
            Cause::NoFuelPrice => Self::NoFuelPrice,
            Cause::NoIdealCycle => Self::NoIdealCycle,
            Cause::NoFailure => Self::NoFailure,
            Cause::AboveOne => Self::AboveOne,
        }
    }
}
