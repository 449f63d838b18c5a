//! The words of the method appendix.

crate::words! {
    /// A word or sentence of the appendix.
    pub(super) enum Word {
        Title: "Tính lại được mọi con số: {} công thức, {} hệ số và giá có nguồn", "Every figure can be computed anew: {} formulas, {} factors and prices with their source";
        Formulas: "{} chỉ số của báo cáo này được tính như sau", "The {} indicators of this report are computed as follows";
        FormulasAid: "Cột giữa là tên của chỉ số trong tệp CSV, XLSX, JSON. Mọi tỷ số là tỷ số của các tổng.", "The middle column is the indicator's name in CSV, XLSX and JSON files. All ratios are ratios of sums.";
        NameInFiles: "Tên trong tệp", "Name in files";
        Formula: "Công thức và nguồn", "Formula and source";
        Lost: "Tiền mất vì tổn thất", "Money lost";
        Enpi: "EnPI so với EnB", "EnPI against EnB";
        Band: "Dải bất định của tiết kiệm", "Uncertainty of a saving";
        Factors: "{} hệ số, giá và quy định có hiệu lực trong kỳ", "{} factors, prices and rules were in force in the period";
        FactorsAid: "Nhà máy ghi các số này trong site.toml, mỗi số có ngày hiệu lực và nguồn; văn bản mới chỉ cần thêm dòng mới.", "The site states them in site.toml, each with its date and source; a newer document is one more row.";
        NoFactors: "Chưa có biểu giá, hệ số hay giới hạn nào trong site.toml có hiệu lực trong kỳ, nên chưa có tiền, TOE và CO₂e. Thêm vào site.toml rồi tạo lại báo cáo.", "No tariff, factor or limit of site.toml was in force in the period, so money, TOE and CO₂e are unknown. Add them to site.toml and make the report anew.";
        What: "Hệ số", "Factor";
        Since: "Hiệu lực từ", "In force from";
        Source: "Nguồn", "Source";
        BandPrice: "Giá điện “{}”, {}", "Price “{}”, {}";
        OtherHours: "các giờ còn lại", "all other hours";
        Tax: "Thuế giá trị gia tăng", "Value-added tax";
        PerKwh: "{}/kWh trước thuế", "{}/kWh before tax";
        Oil: "{}: dầu quy đổi", "{}: oil equivalent";
        Heat: "{}: nhiệt trị thấp", "{}: lower heating value";
        Fossil: "{}: phát thải hóa thạch", "{}: fossil emission";
        Biogenic: "{}: phát thải sinh học", "{}: biogenic emission";
        FuelPrice: "{}: giá", "{}: price";
        Reactive: "Tiền công suất phản kháng, cos φ {} đến {}", "Charge for reactive power, cos φ {} to {}";
        ReactiveUnit: "k %, từ {}", "k %, from {}";
        Limit: "Công suất hợp đồng hoặc đăng ký", "Contracted or registered demand";
        Baseline: "Kỳ cơ sở đến {}", "Baseline period until {}";
        BaselineOfReader: "do người xem chọn, thay cho site.toml", "chosen by the reader in place of site.toml";
        Adjustment: "Điều chỉnh không thường xuyên: {}", "Non-routine adjustment: {}";
        PerDay: "kWh/ngày", "kWh/day";
        NotProved: "{} điều báo cáo này không chứng minh", "{} things that this report does not prove";
        Meters: "Công tơ không ký số đọc: báo cáo chứng minh số liệu không đổi từ khi ghi, không chứng minh công tơ đo đúng. Kiểm định công tơ là việc riêng.", "Meters do not sign their readings: what is shown is that data did not change since it was recorded, not that the meter was right. Its calibration is a matter of its own.";
        Clock: "Giờ là giờ của thiết bị ghi; đồng hồ sai thì khung giờ và ca cũng sai.", "Time is that of the recording device; with a wrong clock, bands and shifts are wrong as well.";
        Typed: "Sản lượng, nhiên liệu, lý do dừng do người nhập là lời của người nhập; hệ số và giá đúng đến mức nguồn ghi bên cạnh.", "Output, fuel and reasons that people entered are their word; factors and prices are as good as the source beside them.";
        Key: "Ai giữ khóa của thiết bị có thể ký lại nhật ký chưa được bên khác lưu hoặc đồng ký.", "Whoever holds the device's key can sign anew what nobody else has kept or cosigned.";
        Edited: "Người xem đã sửa {} mục trong bản này; phần sửa không có chữ ký của thiết bị.", "The reader edited {} entries in this copy; they carry no signature of the device.";
        Damaged: "{} byte của nhật ký bị hỏng và được bỏ qua.", "{} bytes of the log are damaged and were passed over.";
        Later: "Nhật ký ghi thêm {} byte mà bản chương trình này chưa hiểu.", "The log states {} bytes more than this version understands.";
        Versions: "millwatt {}; nhật ký tới khung {}/{}, {} byte, số liệu từ {} đến {}. Trang tự tính mọi thứ từ nhật ký nằm trong tệp, không cần mạng.", "millwatt {}; log up to frame {}/{}, {} bytes, data from {} to {}. The page computes everything from the log in the file, without a network.";
        Signatures: "Ký xác nhận", "Signatures";
        SignaturesAid: "Tên nhập ở đây in ra cùng báo cáo và được giữ khi lưu bản sao.", "Names entered here are printed, and kept in a saved copy.";
        Prepared: "Người lập", "Prepared by";
        Checked: "Người kiểm tra", "Checked by";
        Approved: "Người duyệt", "Approved by";
        SignHere: "Ký, ghi rõ họ tên", "Signature and name";
        PlaceOf: "Nơi lập", "Place";
        DateOf: "Ngày", "Date";
    }
}
