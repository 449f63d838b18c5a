//! The words of this chapter.

use millwatt::production::Loss;
use millwatt::production::sixteen::SixteenLoss;

crate::words! {
    /// A word or sentence about machines; `{}` marks where a figure goes.
    pub(super) enum Word {
        ChapterTitle: "Máy móc mất {} thời gian kế hoạch, nhiều nhất vì {}: {}", "Machines lose {} of their planned time, most of it to {}: {}";
        NoStates: "Kỳ này không có số đọc trạng thái máy. Kiểm tra kết nối của máy, hoặc chọn kỳ khác.", "This period holds no reading of a machine's state. Check the machines' connection, or choose another period.";
        NoPlan: "Chưa biết thời gian kế hoạch: khai báo ca làm việc ([[shift]]) trong site.toml, hoặc chọn kỳ có ca và có số đọc trạng thái máy. Sau một ca là tính được tổn thất.", "No planned time is known: state the shifts ([[shift]]) in site.toml, or choose a period with shifts and machine states. One shift is enough to tell losses.";
        Planned: "Kế hoạch", "Planned";
        InHours: "giờ", "hours";
        InCounts: "số lần", "times";
        UnitLabel: "Đơn vị", "Unit";
        MachineLabel: "Máy", "Machine";
        Seconds: "{} giây", "{} s";
        Minutes: "{} phút", "{} min";
        HoursMinutes: "{} giờ {} phút", "{} h {} min";
        StatesKnown: "{}: biết trạng thái {} thời gian kế hoạch.", "{}: the state is known for {} of planned time.";
        PlanKnown: "Biết trạng thái {} thời gian kế hoạch của mọi máy.", "States are known for {} of all machines' planned time.";

        OeeTitle: "OEE thấp nhất: {} với {}; yếu nhất là {}: {}", "The lowest OEE is that of {}: {}; its weakest factor is {}: {}";
        OeeAid: "Máy thấp nhất ở trên cùng; thanh đầy là 100 %. OEE = sẵn sàng × hiệu năng × tỷ lệ đạt. NEE không coi chuẩn bị là tổn thất; TEEP tính trên toàn bộ thời gian lịch.", "The lowest is on top; a full bar is 100 %. OEE = availability × performance × quality. NEE does not count set-up as a loss; TEEP is over all calendar time.";
        WithoutOee: "{} máy chưa có OEE vì thiếu số đếm đạt, số đếm hỏng hoặc chu kỳ lý tưởng: {}.", "{} machines have no OEE, for want of good and reject counts or an ideal cycle: {}.";
        OeeMethod: "Sẵn sàng = thời gian chạy / thời gian kế hoạch biết trạng thái. Hiệu năng = chu kỳ lý tưởng × số làm ra / thời gian chạy; lớn hơn 100 % nghĩa là chu kỳ khai báo hoặc số đếm sai. Tỷ lệ đạt = số đạt / số làm ra. NEE lấy thời gian chạy cộng chuẩn bị thay cho thời gian chạy; TEEP lấy toàn bộ thời gian làm mẫu số. Luôn cộng trước rồi mới chia, không lấy trung bình các tỷ lệ. Nguồn: ISO 22400-2, theo bản OWL công khai của các chỉ số.", "Availability = running time / planned time of known state. Performance = ideal cycle × made / running time; above 100 % the stated cycle or the count is wrong. Quality = good / made. NEE takes running and set-up time in place of running time; TEEP has all time as its base. Sums are divided, ratios never averaged. Source: ISO 22400-2, from the public OWL rendering of its indicators.";

        WaterfallTitle: "{}: kế hoạch {}, còn {} cho sản phẩm đạt; mất nhiều nhất vì {}: {}", "{}: of {} planned, {} went into good product; most was lost to {}: {}";
        WaterfallRunning: "{}: kế hoạch {}, chạy {}; mất nhiều nhất vì {}: {}", "{}: of {} planned, {} running; most was lost to {}: {}";
        NothingLost: "{}: không thấy tổn thất nào trong {} kế hoạch", "{}: no loss was seen in {} planned";
        WaterfallAid: "Đọc từ trên xuống: mỗi thanh là phần bị mất, thanh cuối là phần còn lại. Kế hoạch trừ các tổn thất đúng bằng phần còn lại. Gạch chéo là không đo.", "Read from the top: each bar is a part that was lost, the last is what is left. Planned less losses is exactly what is left. Hatched is not measured.";
        PlannedTime: "Thời gian kế hoạch", "Planned time";
        PlannedEnergy: "Điện trong kế hoạch", "Energy when planned";
        PlannedMoney: "Tiền điện trong kế hoạch", "Cost when planned";
        GoodProduct: "Sản phẩm đạt", "Good product";
        RunningWhole: "Đang chạy", "Running";
        NotDivided: "Chưa tách được giảm tốc độ và phế phẩm: cần số đếm đạt và chu kỳ lý tưởng của máy này.", "Lost speed and rejects cannot be told apart yet: this machine needs a good count and an ideal cycle.";
        PartlyUnpriced: "{} nằm ngoài mọi biểu giá và chưa được tính tiền.", "{} fall outside every tariff and are not in the cost.";
        NoMeterOf: "{} chưa có công tơ riêng trong kỳ này nên chưa biết điện theo tổn thất. Gắn một công tơ cho máy; sau một ca là có số.", "{} has no meter of its own in this period, so energy by loss is unknown. Meter it; one shift is enough.";
        NoPriceOf: "Chưa biết tiền điện của {}: cần công tơ của máy và biểu giá ([[tariff]]) trong site.toml cho kỳ này.", "The cost of {} is unknown: it needs the machine's meter, and a tariff ([[tariff]]) in site.toml for this period.";
        WaterfallMethod: "Sáu tổn thất lớn của TPM; thời gian đứng không ai giải thích là một loại riêng, không bao giờ bị coi là hỏng máy. Dừng không quá giới hạn của máy là dừng vặt. Giảm tốc độ = thời gian chạy − chu kỳ lý tưởng × số làm ra (âm khi chạy nhanh hơn); phế phẩm = chu kỳ × số hỏng; khởi động nằm trong phế phẩm khi chưa có số đếm riêng. Điện là số đo trong chính thời gian đó; điện lúc chạy được chia theo thời gian. Tiền theo biểu giá của từng giờ, đã gồm thuế. Cộng bằng số nguyên nên tổng khớp đến chữ số cuối.", "The six big losses of TPM; standing that nobody explained is a class of its own, and never a breakdown. A stop no longer than the machine's limit is a minor one. Speed = running time − ideal cycle × made (negative when faster); defects = cycle × rejects; start-up is among the defects where nothing counts it apart. Energy is what was measured in that very time; that of running is divided by time. Money is by the tariff of each hour, with tax. Whole numbers are added, so the sums agree to the last digit.";

        SixteenTitle: "Biết được {} trong 16 tổn thất; nhiều giờ nhất là {}: {}", "{} of the 16 losses are known; most hours went to {}: {}";
        SixteenNothing: "Biết được {} trong 16 tổn thất; chưa thấy giờ nào bị mất", "{} of the 16 losses are known; no hour was lost to them";
        SixteenAid: "Cộng mọi máy. Dòng có lời thay cho số là tổn thất mà số liệu chưa nói được, và cần gì để biết.", "All machines together. Where words stand for figures the data cannot tell a loss, and they say what would.";
        LossHead: "Tổn thất", "Loss";
        GroupHead: "Nhóm", "Group";
        OfEquipment: "thiết bị", "equipment";
        OfLabour: "lao động", "labour";
        OfCost: "chi phí", "cost";
        NobodySaid: "chưa ai ghi", "nobody said";
        NeedsStateOrReport: "cần thanh ghi trạng thái hoặc phiếu dừng máy", "needs a state register or stop reports";
        NeedsReport: "chưa ai ghi trong phiếu dừng máy", "nobody reported one";
        NeedsCounts: "cần số đếm và chu kỳ lý tưởng", "needs counts and an ideal cycle";
        NeedsStudy: "cần bấm giờ, quan sát công việc", "needs a work study";
        NeedsMeters: "cần công tơ của máy", "needs meters on machines";
        NeedsToolBook: "cần sổ khuôn gá, dụng cụ", "needs a book of dies and tools";
        NeedsNorm: "cần định mức thu hồi nguyên liệu", "needs a norm of yield";
        SixteenMethod: "16 tổn thất của TPM theo các sổ tay công khai. Thứ tự quyết định: trạng thái và độ dài của lần dừng, rồi lý do trong phiếu dừng máy; lý do ghi sau cùng được tính. Giảm tốc độ và phế phẩm lấy từ số đếm. Tổn thất năng lượng là điện lúc chạy không tải, cả ngoài ca; phần trong ca đã nằm trong các dòng khác nên không cộng thêm. Dừng có kế hoạch được trừ khỏi thời gian kế hoạch.", "The 16 losses of TPM as public handbooks list them. A stop's state and length decide first, then the reason that people reported, the last one counting. Speed and defects come from counts. Energy loss is what idling used, planned or not; its planned part is in other rows too, so it is not added to them. Planned stops are taken out of planned time.";
        Breakdown: "Hỏng máy", "Breakdown";
        Setup: "Chuẩn bị, điều chỉnh", "Set-up and adjustment";
        ToolChange: "Thay dao cụ", "Tool change";
        StartUp: "Khởi động", "Start-up";
        MinorStop: "Dừng vặt, chạy chờ", "Minor stops and idling";
        Speed: "Giảm tốc độ", "Reduced speed";
        Defect: "Phế phẩm, làm lại", "Defects and rework";
        Shutdown: "Dừng có kế hoạch", "Planned shutdown";
        Management: "Chờ nguyên liệu, chờ lệnh, mất điện", "Waiting for material, orders or power";
        Motion: "Thao tác thừa", "Needless motion";
        LineOrganisation: "Thiếu người, lệch chuyền", "Line out of balance, people short";
        Logistics: "Vận chuyển, bốc xếp", "Carrying and loading";
        Measurement: "Đo lường, chỉnh lại", "Measuring and adjusting again";
        EnergyLoss: "Năng lượng (chạy không tải)", "Energy (idling)";
        Tooling: "Khuôn gá, dụng cụ", "Dies, jigs and tools";
        Yield: "Thu hồi nguyên liệu", "Material yield";
        Unqualified: "Chưa rõ lý do", "Unqualified";

        NeverIdle: "Không máy nào chạy không tải trong kỳ", "No machine idled in the period";
        StatesAid: "Trạng thái từ {} đến {}. Kéo ngang trên hình để xem gần hơn, tới từng số đọc. Gạch chéo là không đo; vạch đen là phiếu dừng máy; đường dọc là giờ đổi ca.", "States from {} to {}. Drag across to look closer, down to single readings. Hatched is not measured; black marks are reported stops; vertical lines are where shifts change.";
        WindowKnown: "Đoạn đang xem biết {} thời gian.", "{} of the time shown is known.";
        StatesMethod: "Trạng thái lấy từ thanh ghi của máy, nếu không có thì từ công suất so với ngưỡng trong site.toml, nếu không nữa thì từ số đếm. Đoạn hẹp hơn một phần ba đơn vị vẽ được gộp theo trạng thái chiếm nhiều thời gian nhất của từng cột; bảng và mọi chỉ số vẫn tính từ từng số đọc. Bảng là giờ trong thời gian kế hoạch.", "States come from the machine's register, else from its power against the thresholds in site.toml, else from its count. Stretches narrower than a third of a drawing's unit are merged into what each column was for most of its time; the table and every figure still count each reading. The table holds hours of planned time.";
        Nearer: "Phóng to", "Closer";
        Farther: "Thu nhỏ", "Farther";
        Earlier: "← Trước", "← Earlier";
        Later: "Sau →", "Later →";
        WholePeriod: "Cả kỳ", "Whole period";
        LastDays: "3 ngày cuối", "Last 3 days";
        WindowLabel: "Đoạn thời gian đang xem", "Stretch of time shown";
        RowsLabel: "Máy số", "Machines";

        StopsTitle: "Máy đứng {} trong thời gian kế hoạch; {} chưa được xếp vào lý do nào", "Machines stood for {} of planned time; {} of it has no reason yet";
        StopsExplained: "Máy đứng {} trong thời gian kế hoạch; mọi lần dừng đều có lý do", "Machines stood for {} of planned time; every stop has its reason";
        NoStops: "Không máy nào đứng trong thời gian kế hoạch của kỳ này.", "No machine stood during the planned time of this period.";
        StopsAid: "Lý do lớn nhất ở trên; đường nối cho biết các dòng cộng dồn tới đâu. Lời trong ngoặc kép là chữ người vận hành ghi, chưa xếp vào 16 tổn thất.", "The largest reason is on top; the line tells what the rows add up to. Words in quotes are the operators' own, not yet one of the 16 losses.";
        SoFar: "cộng dồn", "so far";
        Times: "{} lần", "{} times";
        OtherReason: "Lý do khác", "Another reason";
        OtherReasons: "Các lý do còn lại", "All other reasons";
        ReasonHead: "Lý do", "Reason";
        WhenHead: "Từ lúc", "From";
        LastedHead: "Đứng bao lâu", "Stood for";
        SaidHead: "Người vận hành ghi", "Operators wrote";
        LongestStops: "Các lần dừng lâu nhất chưa xếp lý do", "The longest stops without a reason";
        Classify: "Còn lần dừng chưa xếp lý do. Ghi lý do trong phiếu xưởng trên điện thoại, mục “Dừng máy”; trang này tính lại khi phiếu về.", "Some stops have no reason yet. Give it in the shop-floor form on a phone, under “Machine stop”; this page computes anew when the report arrives.";
        StopsMethod: "Mỗi lần dừng là một đoạn liền không chạy, chỉ tính phần nằm trong thời gian kế hoạch. Tên lý do: phiếu dừng máy gặp đoạn đó, phiếu sau cùng được tính; không có phiếu thì theo trạng thái và độ dài. “Chưa rõ lý do” trong tiêu đề gồm cả những lần chỉ có lời ghi hoặc lý do ngoài sáu tổn thất lớn. Điện là số đo trong chính lúc đứng; tiền theo biểu giá của từng giờ, đã gồm thuế.", "A stop is an unbroken stretch without running; only its part within planned time counts. Its name is that of the report that meets it, the last one counting, else of its state and length. What “has no reason” in the title includes stops with words alone, or with a reason outside the six big losses. Energy is what was measured while it stood; money is by the tariff of each hour, with tax.";

        ReliabilityTitle: "{} hỏng {} lần, nhiều nhất: trung bình chạy được {} thì hỏng, sửa mất {}", "{} failed {} times, the most: {} of operation between failures, {} to repair";
        ReliabilityAid: "{}: số giờ chạy và chuẩn bị giữa hai lần hỏng, {}. Chỗ đứt: không hỏng lần nào.", "{}: hours of running and set-up between failures, {}. Broken where nothing failed.";
        ByWeek: "theo tuần", "by the week";
        ByMonth: "theo tháng", "by the month";
        MeanOfPeriod: "cả kỳ: {}", "period: {}";
        OneBucket: "Chưa vẽ được xu hướng: cần kỳ dài hơn một tuần.", "No trend can be drawn yet: choose a period of more than a week.";
        OneFailure: "{} hỏng một lần, sửa mất {}. Cần ít nhất hai lần hỏng mới tính được thời gian giữa hai lần.", "{} failed once and took {} to repair. It takes at least two failures to tell the time between them.";
        NoFailureYet: "Kỳ này không ghi nhận lần hỏng nào, nên chưa có thời gian giữa hai lần hỏng. Cần trạng thái “hỏng” từ máy hoặc phiếu dừng máy với lý do hỏng, và ít nhất hai lần; chọn kỳ dài hơn nếu có.", "No failure was recorded in this period, so there is no time between failures. It takes the state “breakdown” from the machine, or stop reports that say so, and at least two of them; choose a longer period.";
        FailuresHead: "Số lần hỏng", "Failures";
        MinorStopsHead: "Số lần dừng vặt", "Minor stops";
        LimitHead: "Giới hạn dừng vặt", "Minor stop limit";
        ReliabilityMethod: "Hỏng là dừng ở trạng thái hỏng, hoặc phiếu ghi hỏng máy, lâu hơn giới hạn dừng vặt. MTBF = thời gian chạy và chuẩn bị / số lần hỏng; MTTR = thời gian hỏng / số lần hỏng: quy ước của nghề bảo trì. ISO 22400-2 thường được trích là chia cho số lần hỏng cộng một; cột riêng cho số đó.", "A failure is a stop in the state of breakdown, or reported as one, of more than the limit of a minor stop. MTBF = running and set-up time / failures; MTTR = breakdown time / failures: the convention of maintenance practice. ISO 22400-2 is generally quoted with failures plus one below; a column of its own has that.";

        IdleTitle: "Tắt máy sau {} phút chờ sẽ bớt {} trong kỳ; một năm khoảng {}, {} theo giá của kỳ", "Switching off after {} minutes of waiting would save {} in the period; about {} and {} a year at the period's prices";
        IdleNoPrice: "Tắt máy sau {} phút chờ sẽ bớt {} trong kỳ; một năm khoảng {}. Chưa có biểu giá nên chưa tính được tiền", "Switching off after {} minutes of waiting would save {} in the period; about {} a year. No tariff covers it, so no money is known";
        IdleOfPeriod: "Tắt máy sau {} phút chờ sẽ bớt {} trong kỳ (tiền điện: {})", "Switching off after {} minutes of waiting would save {} in the period (cost: {})";
        IdleShort: "Không lần chờ nào quá {} phút; chạy không tải dùng {} trong kỳ", "No wait lasts for more than {} minutes; idling took {} in the period";
        IdleAid: "Điện lúc chạy không tải của từng máy: xanh là phần sau {} phút chờ, tắt máy thì bớt được; cam là phần còn lại.", "Energy of idling by machine: green is what comes after {} minutes of waiting and would be saved; orange is the rest.";
        AfterLabel: "Tắt sau bao nhiêu phút chờ", "Minutes of waiting before switching off";
        SavedPart: "bớt được", "saved";
        KeptPart: "vẫn chạy không tải", "still idling";
        IdleTime: "Giờ không tải", "Idle hours";
        IdleEnergy: "Điện không tải", "Idle energy";
        SavedAfter: "Bớt được, tắt sau {} phút", "Saved, off after {} min";
        YearEnergy: "kWh một năm *", "kWh a year *";
        YearMoney: "Tiền một năm *", "Money a year *";
        YearCarbon: "tCO₂e một năm *", "tCO₂e a year *";
        YearFrom: "Số một năm nhân từ {} ngày đo được lên 365 ngày; mùa vụ khác thì số khác. Cột * là mức đang chọn.", "A year is {} measured days scaled to 365; other seasons differ. Columns with * are of the chosen wait.";
        YearTooFew: "Mới đo được {} ngày: cần ít nhất 7 ngày mới nói số một năm.", "Only {} days are measured: it takes at least 7 to tell a year.";
        NoFactor: "Chưa có hệ số phát thải của điện trong site.toml nên chưa biết tCO₂e.", "No emission factor of electricity is stated in site.toml, so no tCO₂e is known.";
        NoMachineMeter: "Chưa máy nào có công tơ riêng nên chưa biết điện lúc chạy không tải. Gắn công tơ cho máy lớn nhất trước; sau 7 ngày là nói được số một năm.", "No machine has a meter of its own, so idle energy is unknown. Meter the largest first; after 7 days a year can be told.";
        NoIdleEnergy: "Không đo thấy điện lúc chạy không tải trong kỳ này.", "No energy of idling was measured in this period.";
        IdleMethod: "Mọi lần không tải có thật trong kỳ, cả ngoài ca: chỉ phần sau số phút chờ đã chọn được coi là bớt được, với đúng số điện đo trong phần đó, theo biểu giá của từng giờ, đã gồm thuế. Không trừ điện khi tắt và điện khởi động lại: hãy kiểm tra hai số đó trước khi quyết. tCO₂e theo hệ số trung bình của kỳ.", "Every real idle stretch of the period, planned or not: only what comes after the chosen wait counts as saved, with the very energy that was measured in it, by the tariff of each hour, with tax. What the machine takes when off or to start again is not subtracted: check both before you decide. tCO₂e is by the period's mean factor.";

        NothingToCompare: "Chưa có gì để so: cần ít nhất hai ca ([[shift]] trong site.toml), hoặc phiếu sản lượng ghi tên của ít nhất hai sản phẩm.", "There is nothing to compare: it takes at least two shifts ([[shift]] in site.toml), or output reports that name at least two products.";
        CompareBeyond: "{} dùng {}, {} dùng {}: khác nhau hơn dao động giữa các ngày", "{} takes {}, {} takes {}: more of a difference than days have among themselves";
        CompareWithin: "{} dùng {}, {} dùng {}: chênh lệch nằm trong dao động giữa các ngày, chưa kết luận được", "{} takes {}, {} takes {}: the difference is within the spread of days and proves nothing";
        CompareFew: "{} dùng {}, {} dùng {}: mới có ít ngày, chưa kết luận được", "{} takes {}, {} takes {}: there are too few days to conclude anything";
        CompareAvailability: "{} có mức sẵn sàng cao nhất: {}. Chưa có sản lượng nên chưa so được điện trên đơn vị", "{} has the highest availability: {}. Without output energy by unit cannot be compared";
        CompareNothing: "Chưa đủ số liệu để so các ca", "There is too little data to compare shifts";
        CompareAid: "Điện của cả nhà máy chia cho sản lượng đạt, theo ca và theo sản phẩm; ± là độ lệch giữa các ngày.", "Energy of the whole site over good output, by shift and by product; ± is the deviation between days.";
        CompareCoverage: "OEE của ca là của máy đếm sản lượng: {}. Mức sẵn sàng gộp mọi máy.", "A shift's OEE is that of the machine that counts the output: {}. Availability is of all machines together.";
        CompareNoOee: "Chưa tính được OEE theo ca: máy đếm sản lượng cần số đếm đạt, số đếm hỏng và chu kỳ lý tưởng.", "No OEE by shift yet: the machine that counts the output needs good and reject counts and an ideal cycle.";
        NoProducts: "Chưa so được theo sản phẩm: phiếu sản lượng của kỳ này chưa ghi tên sản phẩm.", "Products cannot be compared: no output report of this period names one.";
        ShiftHead: "Ca", "Shift";
        TimesHead: "Số ca", "Worked";
        SpreadHead: "Giữa các ngày", "Between days";
        ProductHead: "Sản phẩm", "Product";
        OwnDaysHead: "Ngày riêng", "Own days";
        SharedDaysHead: "Ngày làm chung", "Shared days";
        CompareMethod: "Ca đêm thuộc về ngày bắt đầu ca. Điện lấy từ công tơ tổng trong giờ của ca; sản lượng từ số đếm, nếu không có thì từ phiếu (phiếu thuộc về ca và ngày của lúc kết thúc). Điện của một sản phẩm chỉ tính những ngày chỉ làm sản phẩm đó. Chênh lệch được coi là thật khi kiểm định t của Welch trên các ngày đo ít nhất 95 % cho xác suất ngẫu nhiên dưới 5 %, cần ít nhất 3 ngày mỗi bên. Chia tổng cho tổng, không lấy trung bình các tỷ lệ.", "A night shift belongs to the day on which it starts. Energy is the main meter's within the shift's hours; output is counted, or else as reported (a report belongs to the shift and day of its end). A product's energy is that of the days on which nothing else was made. A difference counts as real when Welch's t over days that were measured to 95 % or more gives less than 5 % for chance, with at least 3 days on either side. Sums are divided, ratios never averaged.";
    }
}

impl Word {
    /// One of the big losses.
    pub(super) const fn loss(loss: Loss) -> Self {
        match loss {
            Loss::Breakdown => Self::Breakdown,
            Loss::Setup => Self::Setup,
            Loss::MinorStop => Self::MinorStop,
            Loss::Speed => Self::Speed,
            Loss::StartUp => Self::StartUp,
            Loss::Defect => Self::Defect,
            Loss::Unqualified => Self::Unqualified,
        }
    }

    /// One of the sixteen.
    pub(super) const fn sixteen(loss: SixteenLoss) -> Self {
        match loss {
            SixteenLoss::Breakdown => Self::Breakdown,
            SixteenLoss::Setup => Self::Setup,
            SixteenLoss::ToolChange => Self::ToolChange,
            SixteenLoss::StartUp => Self::StartUp,
            SixteenLoss::MinorStop => Self::MinorStop,
            SixteenLoss::Speed => Self::Speed,
            SixteenLoss::Defect => Self::Defect,
            SixteenLoss::Shutdown => Self::Shutdown,
            SixteenLoss::Management => Self::Management,
            SixteenLoss::Motion => Self::Motion,
            SixteenLoss::LineOrganisation => Self::LineOrganisation,
            SixteenLoss::Logistics => Self::Logistics,
            SixteenLoss::Measurement => Self::Measurement,
            SixteenLoss::Energy => Self::EnergyLoss,
            SixteenLoss::Tooling => Self::Tooling,
            SixteenLoss::Yield => Self::Yield,
        }
    }
}
