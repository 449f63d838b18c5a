//! The words of the baseline.

crate::words! {
    /// A word or sentence of the chapter; `{}` marks where a figure goes.
    pub(super) enum Word {
        Verified: "Tiết kiệm {} ({}) so với đường cơ sở, vượt sai số ±{}", "Saved {} ({}) against the baseline, more than its uncertainty of ±{}";
        LessNotProved: "Dùng ít hơn đường cơ sở {} ({}), nhưng còn trong sai số ±{}: chưa chứng minh được", "Used {} ({}) less than the baseline expects, within the uncertainty of ±{}: not proved";
        MoreNotProved: "Dùng nhiều hơn đường cơ sở {} ({}), nhưng còn trong sai số ±{}: chưa kết luận được", "Used {} ({}) more than the baseline expects, within the uncertainty of ±{}: nothing to conclude";
        Worse: "Dùng nhiều hơn đường cơ sở {} ({}), vượt sai số ±{}", "Used {} ({}) more than the baseline expects, beyond its uncertainty of ±{}";
        NoClaim: "Chưa được nói là tiết kiệm. {}", "No saving may be claimed. {}";
        NoBaseline: "Chưa lập được đường cơ sở", "There is no baseline yet";

        Day: "ngày", "day"; Week: "tuần", "week"; Month: "tháng", "month"; Year: "năm", "year";
        Days: "{} ngày", "{} days"; Weeks: "{} tuần", "{} weeks"; Months: "{} tháng", "{} months"; Years: "{} năm", "{} years";
        BaselinePeriod: "kỳ cơ sở", "baseline period";
        ReportingPeriod: "kỳ báo cáo", "reporting period";
        OutsidePeriod: "ngoài hai kỳ", "outside both";
        FromTo: "{} đến {}", "{} to {}";
        Since: "từ {}", "from {} on";

        Output: "sản lượng", "output";
        OutputOf: "sản lượng {}", "output of {}";
        Raw: "nguyên liệu {}", "raw material {}";
        Fuel: "nhiên liệu {}", "fuel {}";
        Shifts: "giờ theo ca", "shift hours";
        Runtime: "giờ chạy {}", "running hours of {}";
        Temperature: "nhiệt độ {}", "temperature of {}";
        Cooling: "độ-ngày làm mát {} trên {}", "cooling degree-days of {} over {}";
        Heating: "độ-ngày sưởi {} dưới {}", "heating degree-days of {} under {}";
        MeanModel: "không biến, chỉ mức trung bình", "no driver, the mean alone";
        BaseLoad: "Tải nền mỗi {}", "Base load a {}";
        MeanUse: "Mức dùng trung bình mỗi {}", "Mean use a {}";

        NoMeter: "Chưa khai báo công tơ tổng đo điện năng: đặt `main` trong site.toml.", "No main meter of active energy: name it as `main` in site.toml.";
        ShortRecord: "Mới có {} đo đủ; cần ít nhất {} để lập đường cơ sở tạm và có gì đó để so. Nếu đo liên tục thì đủ vào khoảng {}.", "Only {} were measured in full; {} are the least for a provisional baseline and something to hold against it. Measured without gaps, that is about {}.";
        FewRows: "Kỳ cơ sở chỉ có {} dùng được; quy tắc SEP cần ít nhất {}. Kéo dài kỳ cơ sở hoặc chờ thêm số liệu.", "The baseline has only {} that count; the SEP rules ask for {}. Make it longer or wait for more data.";
        NoDrivers: "Chưa biết điện dùng phụ thuộc vào gì (sản lượng, nguyên liệu, giờ ca, nhiệt độ) nên chỉ có mức trung bình. Nhập sản lượng hằng ngày hoặc lắp bộ đếm.", "Nothing is recorded that use depends on (output, raw material, shift hours, temperature), so there is only a mean. Report the output every day or connect a counter.";
        UnknownDriver: "Biến “{}” viết sai tên hoặc không có trong số liệu nên bị bỏ qua.", "Driver “{}” is misspelt or nowhere in the data: it was passed over.";
        SparseDriver: "Biến {} chỉ biết ở {} trên {} của kỳ cơ sở nên không thử.", "Driver {} is known in only {} of {} of the baseline: it was not tried.";
        ManyDrivers: "Quá nhiều biến: {} biến không được thử.", "Too many drivers: {} of them were not tried.";
        NoModel: "Không có mô hình: {}.", "There is no model: {}.";
        Refused: "Mô hình không đạt {} điều kiện bắt buộc.", "The model breaks {} of the required limits.";
        Falls: "Theo mô hình, thêm {} lại tốn ít điện hơn: trái thực tế, cần kiểm tra số liệu.", "By the model more of {} needs less electricity: that contradicts practice, check the data.";
        OutOfRange: "Trung bình của {} trong kỳ báo cáo là {}, ngoài khoảng {} đến {} mà kỳ cơ sở đã gặp.", "The mean of {} in the reporting period is {}, outside the {} to {} that the baseline has seen.";
        NothingAfter: "Không có {} trọn vẹn nào của kỳ báo cáo nằm ngoài kỳ cơ sở: chọn kỳ báo cáo khác hoặc kéo lại kỳ cơ sở.", "No whole {} of the reporting period lies outside the baseline: choose another period or drag the baseline anew.";
        NothingMeasured: "Không {} nào trong {} của kỳ báo cáo được đo đủ.", "Not one {} among the {} of the reporting period was measured in full.";
        FewIndependent: "Sai số nối tiếp nhau quá giống nhau, chỉ bằng {} độc lập: chưa nói được mức chắc chắn.", "Residuals resemble each other too much, worth only {} independent ones: how sure a saving is cannot be said.";
        NotRecorded: "Kỳ cơ sở khai báo trong site.toml nằm ngoài số liệu này.", "The baseline that site.toml states lies outside this record.";
        Provisional: "Kỳ cơ sở là tạm: phần ba đầu của số liệu ({} dùng được), vì chưa khai báo [[baseline]] trong site.toml.", "The baseline is provisional: the first third of the record ({} that count), for site.toml states no [[baseline]].";
        ShortBaseline: "Kỳ cơ sở dài {}, chưa đủ một năm nên chưa gặp đủ các mùa.", "The baseline lasts {}, less than a year: it has not seen every season.";
        LeftOutCoverage: "{} của {} không được tính vì đo dưới 95 % thời gian.", "{} of the {} do not count: less than 95 % of the time was measured.";
        LeftOutDriver: "{} của {} không được tính vì thiếu {}.", "{} of the {} do not count: {} is not known.";
        TooFewRows: "{} số liệu là quá ít cho {} hệ số", "{} rows are too few for {} coefficients";
        ConstantDriver: "{} không thay đổi", "{} never changes";
        RepeatedDriver: "{} lặp lại biến khác", "{} repeats another driver";
        NoNumber: "có số không dùng được", "some number cannot be used";

        ScatterSlope: "Mỗi {} {} cần thêm {}; bằng 0 thì mỗi {} vẫn dùng {}", "Each {} of {} takes {}; without any, a {} still uses {}";
        ScatterWarmth: "Mỗi {} của {} thay đổi {}; tải nền mỗi {} là {}", "Each {} of {} changes use by {}; the base load a {} is {}";
        ScatterMean: "Không dùng biến nào: mỗi {} trung bình {}", "No driver is used: a {} takes {} on average";
        ScatterAid: "Mỗi chấm là một {}: vòng rỗng thuộc kỳ cơ sở, chấm đặc thuộc kỳ báo cáo. Nét đứt là mô hình, dải chứa chín trên mười chấm; {} nằm quá xa có ghi ngày.", "One dot a {}: rings are the baseline, full dots the reporting period. Dashed is the model, the band holds nine of ten; a {} far off has its date.";
        ScatterOthers: "Các biến còn lại được quy về mức trung bình.", "The other drivers are set to their means.";
        ScatterMissing: "Chưa có biến nào để vẽ điện dùng theo. {}", "There is no driver to draw use against. {}";
        ScatterMethod: "Bình phương tối thiểu trên các dòng của kỳ cơ sở, E = b0 + Σ bj·xj. Dải dự báo 90 % theo phân phối Student, gồm cả sai số của chính dòng đó. Điểm lạ: lệch quá ba lần sai số chuẩn của dự báo.", "Least squares over the rows of the baseline, E = b0 + Σ bj·xj. The 90 % band is by Student's t and holds a row's own scatter. Far off: beyond three standard errors of the forecast.";
        Term: "Biến", "Term"; Coefficient: "Hệ số (kWh)", "Coefficient (kWh)"; StandardError: "Sai số chuẩn", "Standard error"; TValue: "t", "t"; PValue: "p", "p";
        Seen: "Kỳ cơ sở đã gặp", "Seen by the baseline"; ReportedMean: "Trung bình kỳ báo cáo", "Mean of the reporting period";

        ExpectedLess: "Qua {} của kỳ báo cáo dùng {}, ít hơn mức {} mà đường cơ sở mong đợi", "Over {} of the reporting period {} were used, less than the {} that the baseline expects";
        ExpectedMore: "Qua {} của kỳ báo cáo dùng {}, nhiều hơn mức {} mà đường cơ sở mong đợi", "Over {} of the reporting period {} were used, more than the {} that the baseline expects";
        ExpectedOnly: "Kỳ cơ sở từ {}; chưa có gì để so với nó", "The baseline is {}; there is nothing to hold against it yet";
        ExpectedAid: "Đường liền là điện đã dùng, nét đứt là mong đợi, dải là sai số 90 %; nền xám là kỳ cơ sở, gạch chéo là không được tính. Kéo trên hình để chọn kỳ cơ sở khác: mọi số tính lại.", "Solid is what was used, dashed what is expected, the band 90 %; the grey ground is the baseline, hatched does not count. Drag over the drawing to choose another baseline: everything is computed anew.";
        ExpectedMethod: "Mong đợi = mô hình với biến của chính {} đó, cộng điều chỉnh bất thường. {} tính từ nửa đêm giờ địa phương, kể cả khi kỳ báo cáo bắt đầu theo ca.", "Expected = the model with that {}'s own drivers, and non-routine adjustments. A {} begins at local midnight, also where the period begins with a shift.";
        CountedOf: "Tính {} trên {} của {}.", "{} of {} of the {} count.";
        ResetBaseline: "Về kỳ cơ sở gốc", "Back to the original baseline";
        FirstThird: "Phần ba đầu", "First third"; FirstHalf: "Nửa đầu", "First half";
        ChooseBaseline: "Kỳ cơ sở", "Baseline";
        Actual: "đã dùng", "used"; Expected: "mong đợi", "expected";
        PeriodHead: "Thời gian", "Time"; PartHead: "Thuộc", "Part of"; UsedHead: "Đã dùng (kWh)", "Used (kWh)"; ExpectedHead: "Mong đợi (kWh)", "Expected (kWh)"; BandHead: "± 90 % (kWh)", "± 90 % (kWh)"; DeviationHead: "Lệch (kWh)", "Deviation (kWh)"; SumHead: "Lũy kế (kWh)", "Running sum (kWh)";

        CusumDown: "Từ {} mỗi {} dùng ít hơn trước {} so với mô hình", "From {} on a {} took {} less than before, against the model";
        CusumUp: "Từ {} mỗi {} dùng nhiều hơn trước {} so với mô hình", "From {} on a {} took {} more than before, against the model";
        CusumFlat: "Đường lũy kế không đổi hướng rõ rệt: chưa thấy thay đổi nào lớn hơn nhiễu", "The running sum has no clear bend: no change stands out from the noise";
        CusumSign: "đi xuống = tiết kiệm", "falling = saving";
        CusumAid: "Tổng cộng dồn của (đã dùng − mong đợi). Đi xuống là tiết kiệm, đi lên là lãng phí, đi ngang là như cũ; vạch đứng là lúc đổi hướng.", "The running sum of (used − expected). Falling is saving, rising is waste, level is as before; upright marks date a bend.";
        CusumMethod: "CUSUM = Σ (E − Ê), tự về không ở cuối kỳ cơ sở. Báo động bằng CUSUM dạng bảng (k = 0,5 và h = 5 độ lệch chuẩn của phần dư); thời điểm là chỗ chia làm hai mức trung bình ít tán xạ nhất, với |t| ≥ 3,5 sau khi trừ tự tương quan.", "CUSUM = Σ (E − Ê), zero at the end of its own baseline. An alarm by the tabular CUSUM (k = 0.5, h = 5 residual deviations); its date is the split into two means of least scatter, with |t| ≥ 3.5 after autocorrelation is taken off.";
        ChangeDown: "{}: mỗi {} dùng ít hơn {}, giải thích {} biến động của phần này.", "{}: each {} used {} less; that explains {} of the variation there.";
        ChangeUp: "{}: mỗi {} dùng nhiều hơn {}, giải thích {} biến động của phần này.", "{}: each {} used {} more; that explains {} of the variation there.";

        PanelValid: "Mô hình đạt cả {} điều kiện bắt buộc; giải thích {} biến động", "The model meets all {} required limits and explains {} of the variation";
        PanelInvalid: "Mô hình không đạt {} trên {} điều kiện bắt buộc: chưa dùng để nói tiết kiệm được", "The model breaks {} of {} required limits: it cannot carry a claim";
        PanelAid: "Mỗi dòng là một phép kiểm tra: con số, giới hạn, đạt hay không, và nên làm gì. Không đạt điều kiện bắt buộc thì không được nói là tiết kiệm.", "Each line is a check: the number, the limit, passed or not, and what to do. Where a required one fails, no saving may be claimed.";
        Required: "Điều kiện bắt buộc", "Required"; Warnings: "Cảnh báo", "Warnings"; DataNotes: "Về số liệu", "About the data";
        Passed: "Đạt", "Passed"; Failed: "Không đạt", "Failed"; Warned: "Lưu ý", "Note";
        CheckRows: "Kỳ cơ sở có {} dòng số liệu; cần từ {} trở lên.", "The baseline has {} rows; at least {} are needed.";
        CheckModelP: "Khả năng cả mô hình chỉ là ngẫu nhiên: {}; cho phép không quá {}.", "The chance that the whole model is an accident: {}, at most {}.";
        CheckTermP: "Khả năng {} không ảnh hưởng gì: {}; cho phép không quá {}.", "The chance that {} has no influence: {}, at most {}.";
        CheckBestP: "Trị p của biến chắc chắn nhất: {}; cần không quá {}.", "The p of the surest driver: {}; at most {} is needed.";
        CheckTermT: "Trị t của {} là {}; cần từ {} trở lên.", "The t of {} is {}; at least {} is needed.";
        CheckR2: "Mô hình giải thích {} biến động (R²); cần từ {} trở lên.", "The model explains {} of the variation (R²); at least {} is needed.";
        CheckCv: "Sai số của một dòng bằng {} mức dùng trung bình (CV(RMSE)); nên không quá {}.", "A row's error is {} of the mean use (CV(RMSE)); at most {} is wanted.";
        CheckNmbe: "Độ lệch trung bình {} (NMBE); nên không quá {}.", "The mean bias is {} (NMBE); at most {} is wanted.";
        CheckVif: "VIF của {}: {}; nên không quá {}.", "{} goes with the other drivers at a VIF of {}; at most {} is wanted.";
        CheckDurbin: "Phần dư của các dòng liền nhau: Durbin–Watson {}; nên từ {} trở lên.", "Residuals of neighbouring rows: Durbin–Watson {}, at least {} is wanted.";
        CheckInfluence: "{} kéo mô hình mạnh nhất, Cook {}; nên không quá {}.", "{} pulls the model most, Cook {}; at most {} is wanted.";
        DoRows: "Kéo dài kỳ cơ sở hoặc chờ thêm số liệu.", "Make the baseline longer or wait for more data.";
        DoDriver: "Tìm biến thật sự quyết định điện dùng, ví dụ sản lượng, và nhập đều.", "Find what really decides the use, output for instance, and report it regularly.";
        DoDrop: "Chọn mô hình không có biến này ở mục dưới.", "Choose a model without this driver below.";
        DoScatter: "Thêm biến còn thiếu, hoặc dùng dòng theo tuần.", "Add the driver that is missing, or take rows of a week.";
        DoChange: "Có thay đổi ngay trong kỳ cơ sở: xem đường lũy kế, dời kỳ cơ sở.", "Something changed within the baseline: look at the running sum, move the baseline.";
        DoInfluence: "Kiểm tra ngày này; nếu bất thường, dời kỳ cơ sở hoặc khai báo điều chỉnh.", "Look at that day; if it was out of the ordinary, move the baseline or state an adjustment.";
        PanelMethod: "Quy tắc: {} ({}). CV(RMSE) và NMBE: {}; chỉ là cảnh báo với dòng theo ngày. Kiểm tra bằng thống kê t, F, VIF, Durbin–Watson, khoảng cách Cook.", "Rules: {} ({}). CV(RMSE) and NMBE: {}; only a warning for rows of a day. By t, F, VIF, Durbin–Watson, Cook's distance.";

        ModelsTitle: "{} mô hình đã thử, {} dùng được; đang dùng: {}", "Models tried: {}, fit for use: {}; in use: {}";
        ModelsNone: "Không có biến để chọn: mô hình là mức trung bình", "There is no driver to choose: the model is the mean";
        ModelsAid: "Mọi tổ hợp biến, xếp theo R² hiệu chỉnh. Chọn mô hình khác thì mọi số tính lại; mô hình bị từ chối vẫn xem được nhưng không cho phép nói tiết kiệm.", "Every combination of drivers by adjusted R². Choose another and everything is computed anew; a refused one can be looked at and carries no claim.";
        ModelsMore: "Còn {} mô hình khác trong bảng.", "{} more models are in the table.";
        ModelsMethod: "Tất cả tổ hợp của các biến có trong số liệu; được dùng khi qua mọi điều kiện bắt buộc của {} và không biến công việc nào có hệ số âm. Tốt nhất là R² hiệu chỉnh lớn nhất, bằng nhau thì ít biến hơn.", "Every subset of the drivers in the data; it may be used when it meets every required limit of {} and no driver that counts work has a negative coefficient. Best is the largest adjusted R², fewer drivers where equal.";
        Automatic: "Tự chọn tốt nhất", "The best by itself";
        Use: "Dùng", "Use"; InUse: "Đang dùng", "In use";
        ModelHead: "Mô hình", "Model"; AdjustedHead: "R² hiệu chỉnh", "Adjusted R²"; CvHead: "CV(RMSE)", "CV(RMSE)"; OutcomeHead: "Kết luận", "Outcome";
        MayBeUsed: "dùng được", "may be used";
        RefusedBy: "bị từ chối: {} = {}, giới hạn {}", "refused: {} = {}, limit {}";
        RefusedFalls: "bị từ chối: hệ số của {} âm", "refused: the coefficient of {} is negative";

        NoAdjustments: "Chưa khai báo điều chỉnh bất thường nào. Khi nhà máy thay đổi mà biến không nói được (thêm dây chuyền, đổi mái, thêm ca), ghi [[adjustment]] có ngày, số kWh/ngày và căn cứ vào site.toml.", "No non-routine adjustment is stated. When the factory changes in a way that no driver tells (a new line, another roof, a shift more), put an [[adjustment]] with its date, kWh a day and evidence into site.toml.";
        AdjustmentsTitle: "{} điều chỉnh bất thường, cộng {} vào mức mong đợi của kỳ báo cáo", "{} non-routine adjustments add {} to what is expected of the reporting period";
        AdjustmentsAid: "Thay đổi của nhà máy mà biến không nói được, có ngày và căn cứ; không bao giờ xóa, chỉ kết thúc.", "Changes of the factory that no driver tells, each dated and with its evidence; never deleted, only ended.";
        AdjustmentsMethod: "Mỗi thay đổi cộng số kWh mỗi ngày của nó vào mong đợi trong thời gian hiệu lực; nếu rơi vào kỳ cơ sở thì trừ khỏi điện đã dùng trước khi lập mô hình.", "Each adds its kWh a day to what is expected while it holds; where it meets the baseline it is taken off the use before the model is made.";
        WhenHead: "Thời gian", "When"; ADayHead: "kWh/ngày", "kWh a day"; InPeriodHead: "Trong kỳ báo cáo (kWh)", "In the reporting period (kWh)"; NoteHead: "Thay đổi", "Change"; SourceHead: "Căn cứ", "Evidence";

        SavingsAid: "Tiết kiệm = mong đợi − đã dùng, chỉ trên những {} được tính. Chỉ gọi là đã chứng minh khi mô hình hợp lệ và phần tiết kiệm lớn hơn sai số ở mức 90 %.", "Saving = expected − used, over every {} that counts. It is called verified only when the model is valid and the saving exceeds its uncertainty at 90 %.";
        SavingsMethod: "Sai số: E·t·(aM² + bM + c)·CV(RMSE)·√((n/n′)(1 + 2/n′)/m), n′ = n(1 − ρ)/(1 + ρ); nguồn hệ số: {}. Tiền theo giá bình quân có thuế của chính những {} đó; CO₂ theo hệ số lưới của từng ngày. SEnPI = đã dùng / mong đợi (phương pháp dự báo).", "Uncertainty: E·t·(aM² + bM + c)·CV(RMSE)·√((n/n′)(1 + 2/n′)/m), n′ = n(1 − ρ)/(1 + ρ); its factors: {}. Money by the mean price with tax of every {} that counts; CO₂ by the grid's factor of each day. SEnPI = used / expected (forecast).";
        SavingsTitle: "Tiết kiệm {} trong kỳ báo cáo: {}", "A saving of {} in the reporting period: {}";
        UsedRow: "Đã dùng", "Used"; ExpectedRow: "Mong đợi", "Expected"; SavingRow: "Tiết kiệm", "Saving"; WithBand: "{} ± {}", "{} ± {}";
        FractionRow: "Sai số so với phần tiết kiệm (FSU)", "Uncertainty over saving (FSU)";
        ImprovementRow: "Mức cải thiện (1 − SEnPI)", "Improvement (1 − SEnPI)";
        TargetRow: "Mục tiêu", "Target";
        MoneyRow: "Bằng tiền", "In money"; CarbonRow: "Bằng CO₂", "In CO₂";
        RatioRow: "kWh trên {} {}", "kWh a {} of {}";
        RatioBoth: "{} kỳ cơ sở → {} kỳ báo cáo", "{} baseline → {} reporting";
        VerdictRow: "Kết luận", "Verdict";
        VerdictVerified: "đã chứng minh", "verified"; VerdictNotProved: "chưa chứng minh", "not proved"; VerdictWorse: "xấu đi", "worse"; VerdictNoClaim: "không được kết luận", "no claim";
    }
}
