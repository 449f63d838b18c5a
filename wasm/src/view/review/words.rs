//! The words of the management review.

crate::words! {
    pub(super) enum Word {
        Title: "Xem xét của lãnh đạo: {} trên {} mục đầu vào đã có số liệu, {} mục điền tay", "Management review: {} of {} inputs come from the data, {} are filled in by hand";
        InputsTitle: "Đầu vào: {} mục có số liệu của kỳ {}", "Inputs: {} with figures of the period {}";
        InputsAid: "Các mục mà xem xét của lãnh đạo cần (ISO 50001, 9.3); số liệu lấy từ nhật ký đo, còn lại điền tay. Đối chiếu với bản tiêu chuẩn đang dùng.", "What a management review needs (ISO 50001, 9.3); figures come from the log, the rest is filled in by hand. Compare with your copy of the standard.";
        OutputsTitle: "Đầu ra: {} trên {} quyết định đã ghi", "Outputs: {} of {} decisions are written down";
        OutputsAid: "Quyết định của lãnh đạo sau buổi họp; ghi ở đây hoặc bằng bút trên bản in.", "What management decided in the meeting; write it here, or with a pen on paper.";
        SignTitle: "Người dự họp và chữ ký", "Who was present, and signatures";
        SignAid: "Ký trên bản in. Những gì nhập ở đây chưa được ký số.", "To be signed on paper. What is entered here is not digitally signed.";
        Topic: "Mục", "Topic"; FromData: "Số liệu của kỳ", "From the data"; Remark: "Nhận xét, quyết định", "Remarks, decisions";
        ByHand: "điền tay", "to be filled in by hand";
        Decision: "Quyết định", "Decision";
        ActionsStatus: "Tình trạng các hành động", "Status of actions";
        Actions: "{} việc: {} đề xuất, {} đã quyết định, {} đang làm, {} đã xong, {} không làm; {} quá hạn", "{} actions: {} proposed, {} decided, {} under way, {} done, {} dropped; {} overdue";
        NoActions: "chưa có việc nào", "no action yet";
        Performance: "Hiệu suất năng lượng: EnPI so với đường cơ sở (EnB)", "Energy performance: EnPI against the baseline (EnB)";
        Better: "đã kiểm chứng: dùng ít hơn đường cơ sở {} ± {} ({})", "verified: {} ± {} less than the baseline expects ({})";
        Worse: "dùng nhiều hơn đường cơ sở {} ± {} ({})", "{} ± {} more than the baseline expects ({})";
        NotProved: "chênh {} ± {} so với đường cơ sở: nằm trong sai số, chưa kết luận được", "{} ± {} against the baseline: within the uncertainty, nothing is proved";
        NoClaim: "chưa có đường cơ sở hợp lệ nên chưa được kết luận; xem chương đường cơ sở", "no valid baseline, so nothing may be claimed; see the baseline chapter";
        Targets: "Mục tiêu năng lượng", "Energy targets";
        Target: "mục tiêu giảm {}; hiện {}", "target: {} less; now {}";
        UnknownNow: "chưa biết", "unknown";
        Use: "Năng lượng dùng, chi phí, sản lượng", "Energy used, its cost, output";
        Intensity: "Suất tiêu hao", "Specific energy";
        Emission: "Khí nhà kính", "Greenhouse gas";
        Significant: "Nơi dùng năng lượng đáng kể (SEU)", "Significant energy uses (SEU)";
        SignificantUses: "{} làm nên {} điện", "{} make up {} of the electricity";
        Unmetered: "phần không có công tơ con", "what no sub-meter sees";
        Opportunities: "Cơ hội cải tiến", "Opportunities";
        Saving: "{} cơ hội, cộng lại khoảng {} mỗi năm", "{} opportunities, together about {} a year";
        DataQuality: "Chất lượng dữ liệu", "Data quality";
        Measured: "công tơ tổng đo được {} kỳ; {} trên {} công tơ đạt 95 %", "the main meter was measured {} of the period; {} of {} meters reach 95 %";
        Bills: "Đối chiếu hóa đơn điện", "Bills";
        BillsAgree: "{} trên {} hóa đơn kWh khớp công tơ trong ±2 %", "{} of {} bills in kWh agree with the meter within ±2 %";
        NoBills: "chưa nhập hóa đơn kWh nào trong kỳ", "no bill in kWh was entered for the period";
        Nonconformities: "Sự không phù hợp: lưu ý về số liệu", "Nonconformities: findings about the data";
        NoFindings: "không có lưu ý nào", "no finding";
        Resources: "Nguồn lực", "Resources";
        Invested: "đầu tư đã ghi: {} cho {} việc", "investment entered: {} for {} actions";
        Earlier: "Quyết định của lần xem xét trước", "Decisions of the last review";
        Issues: "Thay đổi bên ngoài và bên trong, rủi ro", "External and internal changes, risks";
        Compliance: "Tuân thủ pháp luật và yêu cầu khác", "Compliance with legal and other requirements";
        Audits: "Kết quả đánh giá nội bộ", "Results of internal audits";
        Policy: "Chính sách năng lượng", "Energy policy";
        DecideOpportunities: "Cơ hội nào làm, ai làm, khi nào", "Which opportunities are taken, by whom, until when";
        DecideIndicators: "Thay đổi EnPI hoặc đường cơ sở", "Changes of EnPIs or baselines";
        DecideTargets: "Thay đổi mục tiêu, kế hoạch hành động", "Changes of objectives, targets, action plans";
        DecideResources: "Nguồn lực được cấp", "Resources granted";
        DecidePeople: "Năng lực, nhận thức, trao đổi thông tin", "Competence, awareness, communication";
        DecidePolicy: "Thay đổi chính sách, tích hợp vào công việc hằng ngày", "Changes of policy; integration into daily business";
        Chair: "Lãnh đạo", "Top management"; Manager: "Phụ trách năng lượng", "Energy manager"; Recorder: "Người ghi", "Recorded by";
        Name: "Họ tên", "Name"; Date: "Ngày", "Date"; Signature: "Chữ ký", "Signature";
        Method: "Mỗi dòng lấy từ cùng chỉ số, đường cơ sở và cơ hội như các chương khác của trang. Hóa đơn: so công tơ tổng với số kWh trên hóa đơn trong đúng kỳ của nó, dung sai ±2 % (thường dùng). SEU: các công tơ con lớn nhất cộng lại 80 %. Chỗ chưa có số liệu ghi “điền tay”, không ghi 0.", "Each line is from the same indicators, baseline and opportunities as the other chapters. Bills: the main meter against the kWh on the bill over the bill's own period, tolerance ±2 % (usual). SEU: the largest sub-meters that make up 80 %. Where there is no figure it says “by hand”, never 0.";
    }
}
