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
        Machines: "Máy móc", "Machines";
        Energy: "Điện năng", "Electricity";
        SpecificEnergy: "Suất tiêu hao điện", "Specific electricity";
        Output: "Sản lượng đạt", "Good output";
        Coverage: "Độ phủ dữ liệu", "Data coverage";
        Unknown: "chưa biết", "unknown";
        NeedsOutput: "cần số đếm sản phẩm hoặc nhập sản lượng", "needs a product counter or reported output";
        DailyTitle: "Ngày dùng nhiều nhất là {} với {}", "{} used most, with {}";
        HeatTitle: "Giờ nặng nhất trong tuần: {} lúc {} giờ, trung bình {}", "The heaviest hour of the week: {} at {}:00, on average {}";
        HeatAid: "Công suất trung bình theo thứ và giờ. Càng đậm càng nhiều; ô gạch chéo là chưa đo.", "Mean power by weekday and hour. Darker is more; hatched is not measured.";
        RibbonTitle: "{} chạy không tải nhiều nhất: {} trong kỳ", "{} was idle the longest: {} in the period";
        OeeTitle: "OEE thấp nhất: {} với {}", "The lowest OEE: {} with {}";
        FiguresTitle: "Mọi chỉ số của kỳ, đúng từng chữ số", "All figures of the period, to the last digit";
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
