//! The words of the chapter on data quality.

crate::words! {
    pub(super) enum Word {
        Seconds: "{} giây", "{} s";
        Minutes: "{} phút", "{} min";
        Hours: "{} giờ", "{} h";
        HoursMinutes: "{} giờ {} phút", "{} h {} min";
        Days: "{} ngày", "{} days";
        DaysHours: "{} ngày {} giờ", "{} days {} h";

        Headline: "{} trên {} ngày đo đủ; chỗ mất dài nhất {} ở {}", "{} of {} days were measured in full; the longest gap is {}, at {}";
        HeadlineWhole: "{} trên {} ngày đo đủ, không chỗ nào mất số đọc", "{} of {} days were measured in full, without a gap";
        NoMeter: "Chưa có công tơ điện năng nào, nên chưa có gì để đo độ phủ. Thêm công tơ vào site.toml rồi chạy millwatt check.", "There is no energy meter yet, so that no coverage is known. Add one to site.toml and run millwatt check.";

        CoverageTitle: "{} trên {} ngày được đo đủ ở mọi công tơ; thấp nhất: {} với {}", "{} of {} days were measured in full on every meter; the lowest: {} with {}";
        CoverageAid: "Mỗi ô là một ngày của một công tơ: ô nhạt đo đủ, càng đậm càng thiếu, gạch chéo là không có số đọc.", "One cell a day and meter: plain is complete, darker is less of it, hatched is not a reading.";
        CoverageAidGroups: "Mỗi ô gộp {} ngày của một công tơ: ô nhạt đo đủ, càng đậm càng thiếu, gạch chéo là không có số đọc.", "One cell for {} days of a meter: plain is complete, darker is less of it, hatched is not a reading.";
        CoverageSome: "Vẽ {} công tơ thiếu nhiều nhất trong {}; bảng nêu đủ.", "Drawn: the {} meters that lack most, of {}; the table names all.";
        CoverageMethod: "Độ phủ là phần thời gian mà điện năng biết chắc từ hai số đọc liền nhau. Ngày tính là đủ từ 99,9 %. Dưới 95 % (giới hạn của chúng tôi, không phải của luật), mỗi chỉ số mang dấu “đo thiếu”.", "Coverage is the share of time in which energy is known from two readings next to each other. A day counts as full from 99.9 %. Below 95 % (our limit, not a law's) every figure is marked “low coverage”.";
        Meter: "Công tơ", "Meter";
        Channels: "Kênh", "Channels";
        Samples: "Số đọc", "Readings";
        Coverage: "Độ phủ", "Coverage";
        Gaps: "Chỗ mất", "Gaps";
        Longest: "Dài nhất", "Longest";
        Estimated: "Ước tính", "Estimated";
        Suspect: "Nghi ngờ", "Suspect";
        Incidents: "Thanh ghi bất thường", "Register incidents";
        LateHead: "Đến muộn", "Late";

        GapsTitle: "{} chỗ mất số đọc, dài nhất {} ở {}", "{} gaps, the longest of {} at {}";
        GapsAid: "Gạch chéo: không có số đọc. Điện qua chỗ mất vẫn đúng tổng, vì công tơ vẫn đếm; chỉ giờ nào dùng bao nhiêu là ước tính. Với máy không công tơ thì phần này mất hẳn.", "Hatched: no reading. The energy across a gap is whole, for the meter went on counting; only its split by the hour is estimated. What has no counter is lost.";
        GapsDo: "Mất ở mọi công tơ cùng lúc: xem điện và khởi động lại của thiết bị thu thập. Mất ở một công tơ: xem dây RS-485, nguồn và địa chỉ của nó bằng millwatt check --live.", "All meters at once: look at the collecting device's supply and restarts. One meter: look at its RS-485 wire, supply and address with millwatt check --live.";
        GapsNone: "Không chỗ nào mất số đọc trong kỳ này", "No reading is missing in this period";
        GapsNoneAid: "Mọi kênh có số đọc đúng mỗi bước lưới của nó.", "Every channel has a reading at each step of its grid.";
        GapsSome: "Bảng nêu {} chỗ dài nhất trong {}.", "The table names the longest {} of {}.";
        GapsMethod: "Chỗ mất là quãng giữa hai số đọc xa hơn một bước rưỡi của lưới đọc, trong kỳ và trong phạm vi nhật ký. Các kênh của một công tơ mất cùng lúc tính là một chỗ.", "A gap is what lies between two readings further apart than one and a half steps of the grid, within the period and the record. Channels of one meter that stop together are one gap.";
        From: "Từ", "From";
        To: "Đến", "To";
        Lasted: "Dài", "Length";

        MarksTitle: "{} lần thanh ghi bất thường: {}", "{} register incidents: {}";
        MarksNone: "Không thanh ghi nào nhảy số, quay vòng hay bị thay", "No register jumped, ran over or was exchanged";
        MarksNoneAid: "Mọi hiệu số của công tơ đều nằm trong khả năng của thiết bị.", "Every difference of a register is within what its asset can draw.";
        MarksAid: "Điều được tính ở đó và việc nên làm, theo từng loại:", "What was booked there and what to do, by kind:";
        MarksMethod: "Hiệu số được tính khi thanh ghi tăng không quá 1,2 lần công suất định mức. Giá trị rơi rồi trở lại là nhất thời và bị bỏ qua; rơi và giữ nguyên hai lần là nhảy số, không tính gì qua đó. Quy tắc là của chúng tôi.", "A difference is booked when the register rose by no more than 1.2 times the rating. A value that fell and came back is passed over; one that fell and stayed twice is a break, across which nothing is booked. The rules are ours.";
        Kind: "Loại", "Kind";
        Channel: "Kênh", "Channel";
        Rollover: "thanh ghi quay vòng", "register ran over";
        Transient: "số đọc lạ rồi trở lại", "odd reading that came back";
        Broken: "nhảy số", "break";
        Exchanged: "thay công tơ", "meter exchanged";
        FactorChanged: "đổi tỷ số biến dòng", "transformer ratio changed";
        DoRollover: "Quay vòng ({} lần): vẫn tính đủ; không cần làm gì.", "Ran over ({} times): counted on; nothing to do.";
        DoTransient: "Số đọc lạ rồi trở lại ({} lần): bị bỏ qua, tổng vẫn đúng; nếu hay gặp, xem dây và điện trở cuối RS-485.", "Odd readings that came back ({} times): passed over, the sum is whole; if frequent, look at wire and termination of RS-485.";
        DoBroken: "Nhảy số ({} lần): không tính điện qua đó. Nếu đã thay hoặc đặt lại công tơ, nhập số tháo và số lắp (meter_removed, meter_installed) thì phần này được tính lại.", "Breaks ({} times): no energy is booked across them. If the meter was exchanged or reset, enter its last and first reading (meter_removed, meter_installed) and this part is counted.";
        DoExchanged: "Thay công tơ ({} lần): tính đủ theo số tháo và số lắp đã nhập; giữ biên bản.", "Exchanges ({} times): counted by the readings that were entered; keep the record.";
        DoFactor: "Đổi tỷ số biến dòng ({} lần): điện ở bước đó chia theo thời gian; kiểm ngày giờ đã nhập.", "Changed ratios ({} times): the step's energy is split by time; check the time that was entered.";
        MarksSome: "Bảng nêu {} lần đầu trong {}.", "The table names the first {} of {}.";

        BelievedTitle: "{} số đọc do nguồn ước tính, {} bị nguồn nghi ngờ; {} thời gian chia theo ước tính ở {}", "{} readings were estimated by their source, {} not believed; over {} of the time the split is estimated at {}";
        BelievedNone: "Không số đọc nào do nguồn ước tính hay nghi ngờ", "No reading was estimated or doubted by its source";
        BelievedNoneAid: "Mọi giá trị trong kỳ được đọc thẳng từ công tơ.", "Every value of the period was read from its meter.";
        BelievedAid: "Phần thời gian mà tổng đã biết nhưng chia theo giờ là ước tính, theo công tơ.", "The share of time over which the sum is known and its split estimated, by meter.";
        BelievedMethod: "Ước tính: nguồn tự tính, hoặc điện qua chỗ mất chia theo thời gian. Nghi ngờ: nguồn đọc được nhưng không tin; giữ lại, không bao giờ cộng vào.", "Estimated: computed by its source, or energy across a gap split by time. Suspect: read, but not believed by its source; kept and never booked.";
        BelievedDo: "Nghi ngờ thường do nhiễu đường truyền hoặc cài sai loại công tơ: chạy millwatt check --live.", "Suspect values mostly come from a noisy line or a wrong meter profile: run millwatt check --live.";

        ClockTitle: "Đồng hồ bị chỉnh lùi {} lần, xa nhất {}", "The clock was set back {} times, by {} at most";
        ClockForward: "Đồng hồ bị chỉnh tới {} lần, không lần nào lùi", "The clock was set forward {} times, never back";
        ClockSound: "Đồng hồ không nhảy lần nào; {} lần khởi động", "The clock never jumped; {} starts of a device";
        ClockUnknown: "Nhật ký không ghi mốc đồng hồ, nên chưa biết đồng hồ có bị chỉnh hay không. Thiết bị chạy millwatt run ghi mốc khi giờ được đặt.", "The log holds no clock anchor, so that nobody can tell whether the clock was set. Devices that run millwatt run write one when their time is set.";
        ClockAid: "Thứ tự số đọc theo số hiệu khung, không theo giờ, nên chỉnh đồng hồ không làm mất hay đếm đôi số đọc nào; chỉ ngày giờ của chúng sai theo.", "Readings are ordered by the numbers of their frames, not by time, so that setting a clock loses and doubles none; only their times are off by it.";
        ClockAnchors: "{} mốc đồng hồ, {} mốc theo máy chủ giờ, {} mốc chậm hơn nhật ký đã có.", "{} anchors, {} of them by a time service, {} behind what the log had already.";
        ClockUndated: "{} số đọc không có ngày giờ: đồng hồ chưa bao giờ được đặt ở lần chạy đó. Chúng không nằm trong chỉ số nào.", "{} readings have no date: the clock was never set during that start. They are in no figure.";
        ClockAllDated: "Mọi số đọc đều có ngày giờ.", "Every reading has its date.";
        ClockLate: "{} số đọc đến sau khi quãng của nó đã ký, muộn nhất ít nhất {}; chúng được ký riêng và vẫn được tính.", "{} readings came after their span was signed, the latest by at least {}; they are signed apart and counted.";
        ClockNoLate: "Không số đọc nào đến muộn sau khi quãng của nó đã ký.", "No reading came after its span was signed.";
        ClockLateUnknown: "Nhật ký không có điểm ký, nên chưa biết số đọc nào đến muộn.", "The log has no checkpoint, so that it is not known what came late.";
        ClockDo: "Nếu đồng hồ hay nhảy: cho thiết bị tới được máy chủ giờ (NTP), hoặc thay pin đồng hồ.", "If the clock jumps often: let the device reach a time server (NTP), or change its clock's battery.";
        ClockMethod: "Mốc đồng hồ ghi giờ tường cạnh nhịp mà không ai chỉnh được; hai mốc của một lần chạy lệch nhau từ 2 giây là một lần chỉnh. Đến muộn: trước mốc “đã ký tới” của điểm ký gần nhất.", "An anchor notes wall time beside ticks that nobody can set; two of one start that disagree by 2 s or more are a jump. Late: before the instant up to which the last checkpoint had signed.";
        Jump: "Lệch", "Jump";
        At: "Lúc", "At";
        Back: "lùi {}", "back by {}";
        Forward: "tới {}", "forward by {}";
    }
}
