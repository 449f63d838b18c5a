//! The words of the comparison of sites.

crate::words! {
    pub(super) enum Word {
        Add: "So sánh với xưởng khác (tệp report.html hoặc .mwlog)", "Compare another site (a report.html or .mwlog)";
        AddAid: "Hoặc thả tệp vào trang. Không gì rời khỏi máy này.", "Or drop the files on the page. Nothing leaves this computer.";
        Headline: "{} nơi được so sánh trên cùng cách chọn kỳ", "{} sites compared over the same choice of period";
        HeadlineNone: "Không tệp nào trong số đã thả đọc được", "None of the files that were dropped can be read";
        Files: "Các tệp đã thả vào trang", "Files that were dropped on the page";
        Remove: "Bỏ", "Remove";
        RemoveNamed: "Bỏ {} khỏi so sánh", "Remove {} from the comparison";
        FileOf: "{}: từ tệp ", "{}: from the file ";

        TableTitle: "{} dùng {} mỗi ngày, nhiều nhất; ít nhất là {} với {}", "{} uses {} a day, the most; the least is {} with {}";
        TableTitleOne: "Chỉ một nơi có số đọc trong kỳ: {}", "Only one site has readings in the period: {}";
        TableTitleNone: "Không nơi nào có số đọc công tơ tổng trong kỳ", "No site has readings of its main meter in the period";
        TableAid: "Mỗi hàng một nơi, mỗi nơi theo ngày của nhật ký nó. “Chưa biết”: nơi đó không đo hoặc không khai đại lượng này.", "A row for each site, each over its own record's dates. “Unknown”: the site does not measure or report it.";
        PeriodsDiffer: "Kỳ của các nơi khác nhau: hãy so theo ngày hoặc theo đơn vị sản phẩm, đừng so tổng.", "The sites' periods differ: compare by day or by unit of output, not the sums.";
        LowCoverage: "Đo thiếu (dưới 95 %): {}.", "Low coverage (below 95 %): {}.";
        CurrenciesDiffer: "Tiền tệ khác nhau, nên tiền mất không được cộng.", "Currencies differ, so that money lost is not added up.";
        TableMethod: "Cùng công thức cho mọi nơi, tính lại trong trang từ nhật ký của từng tệp. Hàng “Tất cả” là tỷ số của các tổng, không phải trung bình của các tỷ số; OEE: tổng thời gian lý tưởng cho sản phẩm đạt trên tổng thời gian kế hoạch của các máy. Tiền mất: điện của máy khi không tải, chuẩn bị, hỏng và phần chạy chậm, khởi động, phế phẩm, nhân giá trung bình của công tơ tổng (đã gồm thuế).", "One formula for all, computed anew in this page from each file's log. The row “All” is the ratio of sums, not the mean of ratios; OEE: ideal time for good product over planned time of the machines. Money lost: electricity of machines idle, in set-up and broken down, and what went into slow running, start-up and defects, at the main meter's mean price with tax.";
        Site: "Nơi", "Site";
        Dates: "Kỳ", "Period";
        Days: "Ngày", "Days";
        Energy: "Điện", "Electricity";
        EnergyDay: "Điện mỗi ngày", "Electricity a day";
        Output: "Sản lượng", "Output";
        Specific: "Suất tiêu hao", "Specific electricity";
        Oil: "Năng lượng quy dầu", "Oil equivalent";
        Carbon: "Phát thải", "Emissions";
        Oee: "OEE", "OEE";
        Coverage: "Độ phủ", "Coverage";
        Lost: "Tiền mất", "Money lost";
        All: "Tất cả", "All";

        SpecificTitle: "{} cần ít điện nhất cho một {}: {}; {} cần nhiều nhất: {}, gấp {} lần", "{} takes the least for one {}: {}; {} takes the most: {}, {} times as much";
        SpecificAid: "Điện của công tơ tổng chia cho sản lượng đạt, chỉ những nơi tính sản lượng theo {}.", "Electricity of the main meter over good output, only of sites that count in {}.";
        SpecificMissing: "Chưa so được suất tiêu hao: cần ít nhất hai nơi có sản lượng tính theo {}. Nhập sản lượng, hoặc khai output và output_unit trong site.toml của từng nơi.", "Specific electricity cannot be compared: at least two sites with output in {} are needed. Report output, or name output and output_unit in each site.toml.";
        OtherUnits: "Đơn vị khác nên không so: {}.", "Not compared, for their unit is another: {}.";
        OeeTitle: "OEE cao nhất ở {}: {}; thấp nhất ở {}: {}", "OEE is highest at {}: {}; lowest at {}: {}";
        OeeAid: "Của mọi máy tính được OEE, gộp theo thời gian kế hoạch.", "Of all machines that have one, joined by planned time.";
        OeeMissing: "Chưa so được OEE: cần ít nhất hai nơi có ca, số đếm đạt và hỏng, và chu kỳ lý tưởng.", "OEE cannot be compared: at least two sites with shifts, good and reject counts and ideal cycles are needed.";
    }
}
