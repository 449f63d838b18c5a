//! How each indicator is computed, as the metric crate says it, with the source that it names.

use millwatt::Name;

crate::words! {
    /// A formula in words.
    pub(super) enum Word {
        Energy: "Hiệu hai số đọc liên tiếp của thanh ghi công tơ. Qua chỗ mất số đọc: chia theo thời gian, ghi là ước tính. Chỗ nhảy số: không tính.", "Difference of successive register readings. Across a gap: spread over time and marked as estimated. Where the register jumped: not booked.";
        EnergyByBand: "Điện năng, cắt theo thời gian tại ranh giới khung giờ (giờ địa phương, thứ trong tuần).", "Electricity, cut in proportion to time at the bands' edges, by local time and weekday.";
        CostBeforeTax: "Σ điện năng của khung giờ × giá của khung giờ đang hiệu lực.", "Σ energy of a band × the price in force.";
        Cost: "Σ điện năng của khung giờ × giá × (1 + thuế giá trị gia tăng), mỗi biểu giá với thuế suất của nó.", "Σ energy of a band × price × (1 + value-added tax), each tariff with its own rate.";
        PeakDemand: "Trung bình lớn nhất của các cửa sổ cố định theo đồng hồ; chỉ tính cửa sổ đo trọn.", "The largest mean of fixed windows of the wall clock; only windows that were measured whole.";
        LoadFactor: "Công suất trung bình của thời gian đo được ÷ công suất đỉnh 15 phút.", "Mean power of the measured time ÷ peak of 15 minutes.";
        PowerFactor: "Ap ÷ √(Ap² + Aq²) từ điện năng hữu công và phản kháng chậm sau của cả kỳ, không lấy trung bình các mẫu. Thông tư 15/2014/TT-BCT.", "Ap ÷ √(Ap² + Aq²) of the period's active and lagging reactive energies, never a mean of samples. Circular 15/2014/TT-BCT.";
        Output: "Số đếm của máy ra sản phẩm, hoặc số do người nhập.", "Counted by the output machine, or else as reported.";
        Weighed: "Tổng số do người cân và nhập trong kỳ.", "Sum of what people weighed and reported in the period.";
        SpecificEnergy: "Điện năng của công tơ tổng ÷ sản lượng đạt: tỷ số của hai tổng, không lấy trung bình các tỷ số.", "Electricity of the main meter ÷ good output: the ratio of the sums, never a mean of ratios.";
        SpecificFuel: "Nhiên liệu ÷ sản lượng đạt.", "Fuel ÷ good output.";
        PlannedTime: "Các ca trong kỳ, trừ lần dừng có kế hoạch đã nhập; ca đêm thuộc ngày bắt đầu ca.", "The shifts of the period less reported planned stops; a night shift belongs to the day it starts.";
        StateTime: "Thời gian kế hoạch theo trạng thái: từ thanh ghi của máy, hoặc từ ngưỡng công suất với độ trễ một phần mười.", "Planned time by state: from the machine's register, or from power thresholds with a tenth of hysteresis.";
        Availability: "Thời gian chạy ÷ thời gian kế hoạch biết trạng thái. ISO 22400-2 theo mô hình OWL công khai: APT / PBT.", "Running time ÷ planned time of known state. ISO 22400-2 by its public OWL model: APT / PBT.";
        Performance: "Chu kỳ lý tưởng × (đạt + phế phẩm) ÷ thời gian chạy; lớn hơn 1 vẫn ghi như vậy. ISO 22400-2 theo mô hình OWL công khai.", "Ideal cycle × (good + rejects) ÷ running time; above 1 it is shown so. ISO 22400-2 by its public OWL model.";
        Quality: "Đạt ÷ (đạt + phế phẩm).", "Good ÷ (good + rejects).";
        Oee: "Mức sẵn sàng × hiệu năng × tỷ lệ đạt.", "Availability × performance × quality.";
        EnergyByState: "Điện năng của máy, chia theo trạng thái lúc dùng, trong và ngoài kế hoạch.", "The machine's electricity by what it was doing, planned or not.";
        PeakDemandSliding: "Trung bình lớn nhất của 15 phút bất kỳ được đo trọn.", "The largest mean of any 15 minutes that were measured whole.";
        BaseLoad: "Mức tải mà 5 % thời gian đo được nằm dưới.", "The load below which it stood for 5 % of the measured time.";
        ClosedLoad: "Công suất trung bình ngoài mọi ca, chỉ thời gian đo được.", "Mean power outside all shifts, measured time only.";
        Nee: "Như OEE, nhưng chuẩn bị máy không tính là tổn thất.", "As OEE, with set-up not counted as a loss.";
        Teep: "Thời gian lý tưởng cho sản phẩm đạt ÷ toàn bộ thời gian của kỳ.", "Ideal time for good product ÷ all time of the period.";
        Losses: "Thời gian kế hoạch biết trạng thái chia hết cho sáu tổn thất lớn (TPM), phần chưa rõ lý do và thời gian ra sản phẩm đạt; điện năng chia theo cùng các loại. Không tải chưa giải thích không bao giờ coi là hỏng máy.", "Planned time of known state is divided without rest into the six big losses of TPM, what nobody explained, and good time; electricity by the same classes. Idling not yet explained is never a breakdown.";
        MinorStopLimit: "Lần dừng dài nhất còn coi là dừng vặt; đặt cho từng máy, nếu không thì năm phút.", "The longest stop that counts as minor; set for the machine, or else five minutes.";
        Failures: "Số lần dừng loại này có chạm thời gian kế hoạch.", "Stops of the kind that touch planned time.";
        Mtbf: "(Thời gian chạy + chuẩn bị) ÷ số lần hỏng; ISO 22400-2 chia cho số lần hỏng + 1.", "(Running + set-up time) ÷ failures; ISO 22400-2 divides by failures + 1.";
        Mttr: "Thời gian hỏng ÷ số lần hỏng; ISO 22400-2 chia cho số lần hỏng + 1.", "Breakdown time ÷ failures; ISO 22400-2 divides by failures + 1.";
        Unmetered: "(Công tơ tổng − Σ công tơ con ngay dưới) ÷ công tơ tổng; âm khi công tơ con đo được nhiều hơn.", "(Main meter − Σ sub-meters directly below) ÷ main meter; negative when they saw more.";
        OilEquivalent: "Σ lượng dùng × hệ số TOE đang hiệu lực ngày dùng, gồm điện và nhiên liệu; thiếu một hệ số thì không có tổng.", "Σ amount × TOE factor in force on the day of use, electricity and fuels; no total where a factor is lacking.";
        Emission: "Σ lượng dùng × hệ số phát thải đang hiệu lực ngày dùng; CO₂ của sinh khối ghi riêng, không cộng vào.", "Σ amount × emission factor in force on the day of use; CO₂ of biomass is told apart and never added in.";
        FuelCost: "Σ khối lượng cân × giá nhiên liệu đang hiệu lực ngày nhập.", "Σ weighed amount × the fuel's price in force on its day.";
        EnergyCost: "Tiền điện gồm thuế + tiền nhiên liệu.", "Cost of electricity with tax + cost of fuels.";
        ReactiveCharge: "Tiền điện trước thuế × tỷ lệ k theo hệ số công suất, như thể kỳ này là một chu kỳ hóa đơn.", "Cost before tax × the rule's share at the power factor, as though the period were one billing cycle.";
        SpecificEmission: "Tổng phát thải hóa thạch ÷ sản lượng đạt.", "Fossil emission in all ÷ good output.";
        DemandShare: "Công suất đỉnh 15 phút ÷ công suất hợp đồng hoặc đăng ký.", "Peak of 15 minutes ÷ the contracted or registered demand.";
        Lost: "Điện năng lúc không tải, chuẩn bị, hỏng (trong và ngoài kế hoạch) + phần chạy chậm, khởi động, phế phẩm của điện lúc chạy, nhân giá bình quân gồm thuế của kỳ. Mỗi kWh tính một lần.", "Electricity in idling, set-up and breakdown, planned or not, + the share of speed, start-up and rejects in running electricity, at the period's mean price with tax. Each kWh once.";
        Enpi: "Điện dùng ÷ điện mà mô hình đường cơ sở dự kiến cho cùng sản xuất; nhỏ hơn 1 là tốt hơn.", "Electricity used ÷ what the baseline's model expects for the same work; below 1 is better.";
        Band: "Ê · t · (aM² + bM + c) · CV(RMSE) · √((n/n′)(1 + 2/n′)/m), tin cậy hai phía 90 %; n′ = n(1 − ρ)/(1 + ρ). Theo eemeter 2, đọc trong mã nguồn. Thay đổi chỉ được nêu khi lớn hơn dải này.", "Ê · t · (aM² + bM + c) · CV(RMSE) · √((n/n′)(1 + 2/n′)/m), two-sided 90 %; n′ = n(1 − ρ)/(1 + ρ). As in eemeter 2, read in its code. A change is claimed only where it is larger than this band.";
    }
}

/// How an indicator is computed.
pub(super) const fn word(name: Name) -> Word {
    match name {
        Name::Energy => Word::Energy,
        Name::EnergyByBand => Word::EnergyByBand,
        Name::CostBeforeTax => Word::CostBeforeTax,
        Name::Cost => Word::Cost,
        Name::PeakDemand15 | Name::PeakDemand30 => Word::PeakDemand,
        Name::LoadFactor => Word::LoadFactor,
        Name::PowerFactor => Word::PowerFactor,
        Name::Output | Name::Reject => Word::Output,
        Name::RawMaterial | Name::FuelUse => Word::Weighed,
        Name::SpecificEnergy => Word::SpecificEnergy,
        Name::SpecificFuel => Word::SpecificFuel,
        Name::PlannedTime => Word::PlannedTime,
        Name::StateTime => Word::StateTime,
        Name::Availability => Word::Availability,
        Name::Performance => Word::Performance,
        Name::Quality => Word::Quality,
        Name::Oee => Word::Oee,
        Name::EnergyByState => Word::EnergyByState,
        Name::PeakDemandSliding => Word::PeakDemandSliding,
        Name::BaseLoad => Word::BaseLoad,
        Name::ClosedLoad => Word::ClosedLoad,
        Name::Nee => Word::Nee,
        Name::Teep => Word::Teep,
        Name::LossTime | Name::EnergyByLoss => Word::Losses,
        Name::MinorStopLimit => Word::MinorStopLimit,
        Name::Failures | Name::MinorStops => Word::Failures,
        Name::Mtbf => Word::Mtbf,
        Name::Mttr => Word::Mttr,
        Name::Unmetered => Word::Unmetered,
        Name::OilEquivalent => Word::OilEquivalent,
        Name::Emission | Name::BiogenicEmission => Word::Emission,
        Name::FuelCost => Word::FuelCost,
        Name::EnergyCost => Word::EnergyCost,
        Name::ReactiveCharge => Word::ReactiveCharge,
        Name::SpecificEmission => Word::SpecificEmission,
        Name::DemandShare => Word::DemandShare,
    }
}
