//! The words of this chapter.

crate::words! {
    /// A word or sentence about where the energy went.
    pub(super) enum Word {
        ChapterUsed: "Nhà máy dùng {} điện", "The site used {} of electricity";
        ChapterMost: "{} dùng nhiều nhất ({})", "{} took the most ({})";
        ChapterClosed: "{} rơi vào ngoài ca làm việc", "{} fell outside the shifts";
        Measured: "Đo được {} thời gian.", "{} of the time was measured.";
        EstimatedShare: "{} điện năng là ước tính theo thời gian, qua chỗ mất số đọc.", "{} of the energy is spread over time across missing readings.";
        TariffSource: "Biểu giá đang áp dụng: {}.", "Tariff in force: {}.";
        WeekOf: "tuần {}", "week of {}";
        BaseLevel: "phụ tải nền {}", "base load {}";
        LimitLevel: "giới hạn {}", "limit {}";
        MeanLevel: "trung bình {}", "mean {}";
        Share: "Tỷ lệ", "Share";
        Hours: "Giờ", "Hours";
        Yes: "có", "yes";
        No: "không", "no";
        Peak: "cao điểm", "peak";
        Normal: "bình thường", "normal";
        OffPeak: "thấp điểm", "off-peak";
        Firewood: "Củi", "Firewood";
        Diesel: "Dầu diesel (DO)", "Diesel";
        Petrol: "Xăng", "Petrol";
        FuelOil: "Dầu mazut (FO)", "Fuel oil";
        NaturalGas: "Khí thiên nhiên", "Natural gas";
        Coal: "Than", "Coal";

        FlowUnits: "Đơn vị của dòng năng lượng", "Unit of the flows";
        FlowKwh: "kWh điện", "kWh";
        FlowOil: "TOE", "TOE";
        FlowMoney: "Tiền", "Money";
        FlowCarbon: "t CO₂e", "t CO₂e";
        Grid: "Điện", "Electricity";
        Unmetered: "Không đo riêng", "Not metered apart";
        Others: "Các máy khác", "Others";
        WholeSite: "Toàn nhà máy", "Whole site";
        Source: "Nguồn", "Source";
        Use: "Khu vực, dây chuyền", "Area or line";
        FlowTop: "{} nhận nhiều nhất: {} ({})", "{} took the most: {} ({})";
        FlowFuel: "{} chiếm {}", "{} makes {}";
        FlowRest: "{} không có công tơ con nào thấy", "{} was seen by no sub-meter";
        FlowExcess: "công tơ con cộng lại vượt công tơ phía trên {}: có công tơ sai", "sub-meters exceed the meter above them by {}: one of them is wrong";
        FlowKwhAid: "Chỉ điện. Bề rộng mỗi dải tỷ lệ với kWh; gạch chéo: phần không có công tơ riêng.", "Electricity only. Each band is as wide as its kWh; hatched: no meter of its own.";
        FlowOilAid: "Mọi nguồn năng lượng, quy ra tấn dầu (TOE) theo hệ số đã khai báo, không qua 3,6 MJ/kWh; gạch chéo: phần không có công tơ riêng.", "All carriers as tonnes of oil equivalent by the stated factors, never by 3.6 MJ/kWh; hatched: no meter of its own.";
        FlowMoneyAid: "Tiền điện của từng máy theo giờ chạy thật của nó, đã gồm thuế; nhiên liệu theo giá đã khai báo; gạch chéo: phần không có công tơ riêng.", "Electricity by each machine's own hours, with tax; fuels at their stated prices; hatched: no meter of its own.";
        FlowCarbonAid: "Phát thải từ các-bon hóa thạch; gạch chéo: phần không có công tơ riêng.", "Emissions from fossil carbon; hatched: no meter of its own.";
        FlowBiogenic: "CO₂ sinh khối {} được kể riêng, không cộng vào đây.", "{} of biogenic CO₂ is told apart and not added here.";
        FlowUnknown: "Chưa tính được cho: {}. Cần hệ số hoặc giá trong site.toml.", "Not known for: {}. It needs a factor or a price in site.toml.";
        FlowNoMeters: "Chưa biết điện đi đâu: chỉ có công tơ tổng. Lắp công tơ con cho hai, ba tải lớn nhất và thêm vào site.toml; một tuần số liệu là đủ để thấy.", "Where the electricity goes is not known: there is only the main meter. Meter the two or three largest loads and add them to site.toml; a week of data is enough.";
        FlowMethod: "Mỗi máy: hiệu số công tơ của nó trong kỳ. Phần không đo riêng = công tơ trên − tổng công tơ dưới nó. TOE và CO₂e của máy chia theo kWh; tiền của máy tính theo giờ dùng điện của chính nó; nhiên liệu theo phiếu cân của từng máy. Tổng vào bằng tổng ra ở mỗi cột.", "Each machine: the difference of its own meter. Not metered apart = the meter above less the sum of those below. TOE and CO₂e of a machine go by its kWh, its money by its own hours of use, fuels by the weighings at each machine. What enters a column leaves it.";

        ColumnTop: "Dùng nhiều nhất là {} với {}", "The most was used in {}: {}";
        DailyDear: "{} điện và {} tiền điện rơi vào giờ {}", "{} of the energy and {} of its cost fall in {} hours";
        DailyAid: "Mỗi cột là một ngày, chia theo khung giờ giá; càng đậm càng đắt. Gạch chéo cả cột: ngày không đo đủ; gạch chéo trên cột: phần ước tính.", "One column a day by price band, the darker the dearer. Hatched behind: not measured in full; hatched on a column: estimated.";
        WeeklyAid: "Mỗi cột là một tuần, chia theo khung giờ giá; càng đậm càng đắt. Gạch chéo cả cột: tuần không đo đủ; gạch chéo trên cột: phần ước tính.", "One column a week by price band, the darker the dearer. Hatched behind: not measured in full; hatched on a column: estimated.";
        MonthlyAid: "Mỗi cột là một tháng hoặc năm, chia theo khung giờ giá; càng đậm càng đắt. Gạch chéo cả cột: không đo đủ; gạch chéo trên cột: phần ước tính.", "One column a month or year by price band, the darker the dearer. Hatched behind: not measured in full; hatched on a column: estimated.";
        DailyMethod: "Hiệu số công tơ tổng trong từng ngày theo giờ địa phương, cắt theo tỷ lệ thời gian ở mốc đổi giá. Đường chấm: trung bình các cột đo đủ. Chi phí = Σ kWh của khung × giá × (1 + thuế).", "Differences of the main meter by local day, split in proportion to time where the price changes. Dotted: mean of the columns measured in full. Cost = Σ kWh of a band × its price × (1 + tax).";
        EstimatedHead: "Ước tính kWh", "Estimated kWh";

        ProfileWork: "Ngày làm việc cao nhất {} lúc {}", "Workdays are highest with {} at {}";
        ProfileRest: "ngày nghỉ cao nhất {} lúc {}", "days off with {} at {}";
        Workdays: "ngày làm việc", "workdays";
        DaysOff: "ngày nghỉ", "days off";
        ProfileAid: "Đường: mức giữa của {} ngày làm việc và {} ngày nghỉ; dải: tám trên mười ngày nằm trong đó (P10–P90). Dải dưới trục: khung giờ giá của ngày làm việc cuối kỳ.", "Line: the middle of {} workdays and {} days off; band: eight of ten days lie in it (P10–P90). Below the axis: the price bands of the last workday.";
        ProfileNoBand: "Chưa vẽ dải thường gặp: cần ít nhất 5 ngày làm việc đo được.", "No band yet: it takes at least 5 measured workdays.";
        ProfileNoShifts: "Chưa khai báo ca trong site.toml: tạm coi Chủ nhật là ngày nghỉ.", "No shifts in site.toml: Sundays are taken as days off.";
        ProfileMissing: "Chưa có 15 phút nào đo trọn trong kỳ: cần số đọc công tơ tổng ít nhất 15 phút một lần.", "No quarter-hour was measured whole: the main meter must be read at least every 15 minutes.";
        ProfileMethod: "Công suất trung bình của từng 15 phút đo trọn; P10, P50, P90 lấy qua các ngày cùng loại, nội suy giữa hai ngày gần nhất. Ngày làm việc: ngày có ca bắt đầu.", "Mean power of each quarter-hour that was measured whole; P10, P50, P90 over days of one kind, between the two nearest days in proportion. A workday is one on which a shift begins.";

        WeekMissing: "Chưa có giờ nào đo được trong kỳ.", "No hour of the period was measured.";
        WeekMethod: "Điện năng đo được của mỗi giờ trong tuần chia cho thời gian đo được của giờ đó; không tính phần ước tính.", "Measured energy of each hour of the week over its measured time; estimates are left out.";

        DurationTitle: "Một nửa thời gian tải dưới {}; 5 % thời gian cao nhất trên {}; phụ tải nền {}", "Half of the time the load is below {}, for 5 % above {}; the base is {}";
        DurationNear: "{} ở trên 80 % của giới hạn {}", "{} above 80 % of the limit of {}";
        DurationAid: "Đọc: tải cao hơn mức ở trục đứng trong bao nhiêu phần trăm thời gian. Bên trái hẹp và cao là đỉnh ngắn, có thể dời; bên phải là phụ tải nền, chạy suốt.", "Read: for which share of the time the load was above the level. Narrow and high at the left are short peaks that can be moved; at the right is the base that always runs.";
        DurationMissing: "Chưa có thời gian nào đo được để xếp tải từ cao xuống thấp.", "No measured time yet to sort the load by.";
        DurationMethod: "Công suất trung bình của từng khoảng đọc, xếp vào 256 bậc rộng {}; phụ tải nền là mức mà 5 % thời gian nằm dưới.", "Mean power of each interval between readings, in 256 steps of {}; the base load is that below which it stood for 5 % of the time.";
        ShareOfTime: "Phần thời gian", "Share of time";
        AtLeast: "Tải ít nhất", "Load at least";
        NearLimit: "80 % giới hạn", "80 % of the limit";

        ParetoTitle: "{} trên {} nơi dùng chiếm {} điện, đứng đầu là {}", "{} of {} uses take {} of the electricity, led by {}";
        ParetoUnmetered: "một phần lớn không có công tơ riêng, nên lắp thêm", "a large part has no meter of its own and should get one";
        ParetoAid: "Cột: tỷ lệ của từng nơi dùng; đường: cộng dồn. Đậm: nơi dùng năng lượng đáng kể (SEU), cộng dồn tới 80 %.", "Columns: share of each use; line: added up. Dark: significant energy uses (SEU), up to 80 %.";
        ParetoLevel: "80 %", "80 %";
        ParetoMethod: "Xếp từ lớn đến nhỏ theo kWh của công tơ ở cuối mỗi nhánh; các nơi dùng đầu tiên cộng lại đạt 80 % là đáng kể. Quy tắc Pareto 80 % theo thông lệ kiểm toán cho ISO 50001, 6.3; nhà máy có thể chọn ngưỡng khác.", "Sorted by kWh of the meters at the ends; the first that add up to 80 % are significant. The 80 % are Pareto's rule as auditors use it for ISO 50001, 6.3; a site may choose another limit.";
        Cumulative: "Cộng dồn", "Added up";
        Significant: "Đáng kể (SEU)", "Significant (SEU)";

        DemandTitle: "Đỉnh 15 phút: {} lúc {}", "The peak of 15 minutes: {} at {}";
        DemandShare: "bằng {} của giới hạn {}", "{} of the limit of {}";
        LoadFactor: "hệ số phụ tải {}", "load factor {}";
        DemandAid: "Mỗi cột là đỉnh 15 phút của một ngày. Bảng: mười cửa sổ cao nhất và máy nào đang chạy khi đó.", "One column a day: its highest 15 minutes. Table: the ten highest windows and what ran then.";
        NoLimit: "Chưa khai báo công suất đăng ký trong site.toml nên chưa so được với giới hạn.", "No registered demand in site.toml, so there is no limit to compare with.";
        DemandMissing: "Chưa có 15 phút nào đo trọn nên chưa biết công suất đỉnh: cần số đọc công tơ tổng ít nhất 15 phút một lần.", "No 15 minutes were measured whole, so the peak is unknown: the main meter must be read at least every 15 minutes.";
        DemandMethod: "Trung bình của cửa sổ cố định 15 phút theo đồng hồ, chỉ lấy cửa sổ đo trọn. Máy chạy: có trạng thái chạy ít nhất nửa cửa sổ. Hệ số phụ tải = công suất trung bình ÷ đỉnh.", "Mean of fixed 15-minute windows of the clock that were measured whole. A machine ran if it was running for at least half of the window. Load factor = mean power ÷ peak.";
        Begins: "Bắt đầu", "Begins";
        OfLimit: "So với giới hạn", "Of the limit";
        RanThen: "Máy đang chạy", "What ran";
        NoMachine: "không máy nào", "no machine";

        FactorLow: "Hệ số công suất {}, dưới mốc 0,9", "The power factor is {}, below 0.9";
        FactorGood: "Hệ số công suất {}, đạt mốc 0,9", "The power factor is {}, above 0.9";
        FactorCharge: "tiền phản kháng khoảng {} trong kỳ, trước thuế", "it adds about {} in the period, before tax";
        FactorKvar: "tụ bù {} đưa lên 0,95", "{} of capacitors lift it to 0.95";
        FactorLine: "0,9", "0.9";
        FactorAid: "Mỗi điểm là hệ số công suất của một ngày (kỳ dài: tuần, tháng), tính từ điện năng; dưới đường là bị tính tiền.", "Each point is a day's power factor (a week's or month's in a long period), from its energies; below the line it is charged for.";
        FactorNeeds: "Với tải trung bình trong ca {} ở cos φ {}: cần {} để đạt 0,9 và {} để đạt 0,95. Giả định tải lúc chạy có cùng cos φ với cả kỳ; hỏi người lắp đặt trước khi mua.", "For the mean load of {} during shifts at cos φ {}: {} reach 0.9, {} reach 0.95. It is assumed that the running load has the period's cos φ; ask the installer before buying.";
        FactorNoRule: "Chưa tính tiền phản kháng: cần biểu phản kháng và công suất đăng ký trong site.toml, và công suất đó từ mức áp dụng trở lên.", "No charge is told: it needs a rule for reactive power and a registered demand in site.toml that the rule applies to.";
        FactorNoCharge: "Chưa tính được tiền phản kháng: {}.", "The charge is not known: {}.";
        FactorMonths: "Bảng: tiền phản kháng theo từng tháng trong kỳ, mỗi tháng coi như một kỳ hóa đơn.", "Table: the charge by month, each taken as one billing cycle.";
        FactorMissing: "Chưa biết hệ số công suất: {}. Cần số đọc điện năng phản kháng (kvarh) của công tơ tổng.", "The power factor is unknown: {}. It needs the main meter's reactive energy (kvarh).";
        FactorMethod: "cos φ = kWh ÷ √(kWh² + kvarh²) từ điện năng của cả khoảng, không lấy trung bình các số đo tức thời; chỉ tính phản kháng chậm pha. Tụ bù Qc = P (tan φ₁ − tan φ₂). Tiền phản kháng = tiền điện trước thuế × tỷ lệ của bảng. Nguồn: {}", "cos φ = kWh ÷ √(kWh² + kvarh²) from the energies of the whole stretch, never a mean of samples; lagging only. Capacitors Qc = P (tan φ₁ − tan φ₂). Charge = cost before tax × the table's share. Source: {}";
        Surcharge: "Phụ thu", "Surcharge";
        ChargeHead: "Tiền phản kháng", "Charge";

        NightTitle: "Khi mọi ca đã nghỉ, nhà máy vẫn dùng {}: {} điện năng", "With all shifts closed the site still draws {}: {} of its energy";
        NightCost: "khoảng {} một năm", "about {} a year";
        NightMoved: "tuần đầu {}, tuần cuối {}", "{} in the first week, {} in the last";
        NightAid: "Cột: công suất trung bình ngoài ca của từng ngày; đường bậc: từng tuần. Đường chấm: phụ tải nền, mức mà 5 % thời gian nằm dưới.", "Columns: mean power outside shifts by day; steps: by week. Dotted: the base load, below which it stood for 5 % of the time.";
        NightNoShifts: "Chưa biết tải ngoài ca: chưa khai báo ca làm việc trong site.toml. Phụ tải nền (5 % thời gian thấp nhất) là {}.", "The load outside shifts is unknown: there are no shifts in site.toml. The base load (the lowest 5 % of the time) is {}.";
        NightMissing: "Chưa biết tải ngoài ca: trong kỳ chưa đo được thời gian nào ngoài ca.", "The load outside shifts is unknown: no time outside shifts was measured in the period.";
        NightMethod: "Điện năng đo được ngoài mọi ca chia cho thời gian đó. Một năm: như trong kỳ này, 365 ngày, theo giá từng khung giờ, đã gồm thuế. Không phải tất cả đều cắt được: tủ lạnh, chống trộm, mạng vẫn cần.", "Measured energy outside all shifts over that time. A year: 365 days like those of this period, at each band's price, with tax. Not all of it can be switched off: cold stores, alarms and networks stay.";
        ClosedHours: "Ngoài ca", "Outside shifts";
        KwhAYear: "kWh một năm", "kWh a year";

        BalanceTitle: "{} điện của công tơ tổng không có công tơ con nào thấy", "{} of the main meter's energy was seen by no sub-meter";
        BalanceOver: "Công tơ con cộng lại vượt công tơ tổng {}: có công tơ sai", "Sub-meters together exceed the main meter by {}: one of them is wrong";
        BalanceUnknown: "Chưa biết phần điện không đo riêng của cả kỳ", "The share that no sub-meter saw is unknown for the period";
        BalanceWrong: "{} ngày công tơ con vượt công tơ tổng quá 2 %: kiểm tra tỷ số biến dòng và đấu nối", "on {} days sub-meters exceed the main meter by over 2 %: check transformer ratios and wiring";
        BalanceAid: "Mỗi cột: phần của công tơ tổng trong ngày mà công tơ con không thấy. Dưới 0: công tơ con cộng lại lớn hơn công tơ tổng.", "Each column: the part of the day's main meter that sub-meters did not see. Below 0: together they saw more.";
        BalanceSilent: "Không tính công tơ không có số đọc: {}.", "Left out, for they have no reading: {}.";
        BalanceMissing: "Chưa so được công tơ tổng với công tơ con: không ngày nào mọi công tơ đều đo được ít nhất 95 %.", "Main and sub-meters cannot be compared: on no day did all of them measure at least 95 %.";
        DaysCompared: "So được {} trên {} ngày.", "{} of {} days could be compared.";
        BalanceMethod: "(công tơ tổng − tổng các công tơ ngay dưới nó) ÷ công tơ tổng, chỉ ngày mọi công tơ đo được ít nhất 95 %. Phần này gồm chiếu sáng, văn phòng, tổn thất và máy chưa lắp công tơ.", "(main − sum of the meters directly below) ÷ main, on days that every meter measured to at least 95 %. It holds lighting, offices, losses and machines without a meter.";
        MainKwh: "Công tơ tổng kWh", "Main kWh";
        SubsKwh: "Công tơ con kWh", "Sub-meters kWh";

        FuelUsed: "{}: {}", "{}: {}";
        FuelUsedPer: "{}: {}, {}", "{}: {}, {}";
        FuelCost: "hết {}", "for {}";
        FuelsAid: "Cột: lượng nhiên liệu theo phiếu cân từng tuần (kỳ dài: từng tháng); nhiều loại thì quy ra TOE.", "Columns: fuel as weighed, by week (by month in a long period); several fuels are shown as TOE.";
        FuelsBiogenic: "CO₂ sinh khối {} t, kể riêng.", "{} t of biogenic CO₂, told apart.";
        FuelsNoFactor: "Thiếu hệ số TOE hoặc phát thải cho: {}; thêm vào site.toml kèm nguồn.", "No TOE or emission factor for: {}; add it to site.toml with its source.";
        FuelsNoPrice: "Thiếu giá cho: {}; thêm vào site.toml.", "No price for: {}; add it to site.toml.";
        FuelsMissing: "Chưa có phiếu cân nhiên liệu nào trong kỳ. Nhập khi cân, trên trang nhập liệu hoặc bằng tệp CSV (kind = fuel); một lần cân là đủ để bắt đầu.", "No fuel was weighed in this period. Enter weighings on the form page or as CSV (kind = fuel); one is enough to begin.";
        FuelsCoverage: "Theo phiếu cân của người dùng; không có phiếu nghĩa là không biết, không phải bằng 0.", "As people weighed it; no weighing means unknown, not zero.";
        FuelsMethod: "Σ lượng cân × hệ số có hiệu lực vào ngày cân. Nguồn hệ số: {}", "Σ weighed amount × the factor in force on its day. Sources: {}";
        Fuel: "Nhiên liệu", "Fuel";
        Amount: "Lượng", "Amount";
        BiogenicHead: "t CO₂ sinh khối", "t biogenic CO₂";
        MoneyHead: "Tiền", "Money";
        PerOutput: "cho 1", "for 1";

        BillsTitle: "{} trên {} hóa đơn khớp với công tơ", "{} of {} bills agree with the meter";
        BillsWorst: "lệch nhiều nhất {}", "the farthest is off by {}";
        BillsUnknown: "Có hóa đơn nhưng chưa đủ số đo để đối chiếu", "There are bills, but too little was measured to compare them";
        BillsAid: "Cột: công tơ lệch bao nhiêu so với hóa đơn; dải: sai lệch cho phép ±{}. Gạch chéo: chưa đủ số đo.", "Columns: how far the meter is from the bill; band: the tolerance of ±{}. Hatched: too little measured.";
        BillsCoverage: "Đối chiếu trong đúng kỳ của từng hóa đơn; cần đo được ít nhất 95 % kỳ đó.", "Each bill is held against its own period, of which at least 95 % must be measured.";
        BillsMissing: "Chưa có hóa đơn điện nào chạm kỳ này. Nhập trên trang nhập liệu, mục Hóa đơn, hoặc bằng tệp CSV: kind = bill, time và until là đầu và cuối kỳ hóa đơn, quantity kèm unit kWh, thêm một dòng tiền.", "No electricity bill meets this period. Enter it on the form page under Bill, or as CSV: kind = bill, time and until are the ends of the billing cycle, quantity with unit kWh, and a second row for the money.";
        BillsMethod: "(công tơ − hóa đơn) ÷ hóa đơn trên kWh; khớp khi lệch không quá {}, mức thường dùng khi kiểm toán, nhà máy có thể đặt khác. Tiền tính lại = Σ kWh × giá theo biểu, đã gồm thuế, chưa gồm phản kháng.", "(meter − bill) ÷ bill in kWh; they agree within {}, which is usual among auditors and for the site to set. Money reckoned = Σ kWh × tariff, with tax, without reactive power.";
        Bill: "Kỳ hóa đơn", "Billing cycle";
        BilledKwh: "Hóa đơn kWh", "Billed kWh";
        MeasuredKwh: "Công tơ kWh", "Measured kWh";
        Difference: "Lệch", "Difference";
        Verdict: "Kết luận", "Verdict";
        BilledMoney: "Tiền hóa đơn", "Billed money";
        ReckonedMoney: "Tiền tính lại", "Reckoned money";
        Agrees: "khớp", "agrees";
        Differs: "không khớp", "differs";
        NotEnough: "chưa đủ số đo", "too little measured";
    }
}
