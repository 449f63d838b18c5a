//! The words of the page's head.

crate::words! {
    /// A word of the page's head.
    pub(super) enum Word {
        Out: "Lưu và in", "Save and print";
        Print: "In hoặc PDF", "Print or PDF";
        Copy: "Bản sao kèm nội dung đã nhập", "Copy with what was entered";
        Workbook: "Mọi bảng, XLSX", "All tables, XLSX";
        IndicatorsCsv: "Mọi chỉ số, CSV", "All indicators, CSV";
        IndicatorsJson: "Mọi chỉ số, JSON", "All indicators, JSON";
        Events: "Nội dung đã nhập, để nạp vào nhật ký (CSV)", "What was entered, for the log (CSV)";
        Review: "Xem xét lãnh đạo", "Management review";
        Earlier: "‹ Trước", "‹ Earlier";
        Later: "Sau ›", "Later ›";
        ByShift: "Ngày theo ca, từ {}", "Days by shift, from {}";
        DaysFrom: "ngày bắt đầu {}", "days begin at {}";
        Chapters: "Các phần của báo cáo", "Parts of the report";
        Owner: "Tóm tắt", "Summary";
        Sites: "So sánh", "Sites compared";
        Machines: "Máy móc", "Machines";
        Energy: "Năng lượng", "Energy";
        Baseline: "Đường cơ sở", "Baseline";
        Actions: "Việc nên làm", "What to do";
        Trust: "Xác thực", "Trust";
        Compliance: "Tuân thủ", "Compliance";
        Systems: "Hệ thống quản lý", "Management systems";
        Quality: "Dữ liệu", "Data quality";
        Figures: "Mọi chỉ số", "All figures";
        Method: "Cách tính", "Method";
        BaselineOf: "Kỳ cơ sở: {} – {}, {}", "Baseline period: {} – {}, {}";
        BaselineOfSite: "theo site.toml", "from site.toml";
        BaselineOfReader: "do người xem chọn", "chosen by the reader";
        BaselineNone: "Kỳ cơ sở: chưa chọn, tạm lấy phần ba đầu của số liệu", "Baseline period: not set, the first third of the record stands in";
        BaselineHow: "Kỳ cơ sở là thời gian để so sánh. Chọn kỳ ở trên rồi bấm nút dưới đây, hoặc kéo ngang trên biểu đồ đường cơ sở; mọi số liệu được tính lại ngay.", "The baseline period is what this one is compared with. Choose a period above and take it here, or drag across the baseline chart; everything is computed anew at once.";
        BaselineThis: "Lấy kỳ đang xem", "Take the period shown";
        BaselineBefore: "Lấy kỳ liền trước", "Take the period before";
        BaselineReset: "Bỏ lựa chọn này", "Undo this choice";
        LogUpTo: "nhật ký tới khung {}/{}, {} byte", "log up to frame {}/{}, {} bytes";
    }
}
