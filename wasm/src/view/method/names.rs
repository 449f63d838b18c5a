//! The indicators as people call them.

use millwatt::Name;

crate::words! {
    /// What an indicator is called.
    pub(super) enum Word {
        Energy: "Điện năng tiêu thụ", "Electricity used";
        EnergyByBand: "Điện năng theo khung giờ", "Electricity by tariff band";
        CostBeforeTax: "Tiền điện trước thuế", "Cost before tax";
        Cost: "Tiền điện gồm thuế", "Cost with tax";
        PeakDemand15: "Công suất đỉnh 15 phút", "Peak of 15 minutes";
        PeakDemand30: "Công suất đỉnh 30 phút", "Peak of 30 minutes";
        LoadFactor: "Hệ số phụ tải", "Load factor";
        PowerFactor: "Hệ số công suất (cos φ)", "Power factor (cos φ)";
        Output: "Sản lượng đạt", "Good output";
        Reject: "Phế phẩm", "Rejects";
        RawMaterial: "Nguyên liệu", "Raw material";
        FuelUse: "Nhiên liệu", "Fuel";
        SpecificEnergy: "Suất tiêu hao điện", "Specific electricity";
        SpecificFuel: "Suất tiêu hao nhiên liệu", "Specific fuel";
        PlannedTime: "Thời gian kế hoạch", "Planned time";
        StateTime: "Thời gian theo trạng thái", "Time by state";
        Availability: "Mức sẵn sàng", "Availability";
        Performance: "Hiệu năng", "Performance";
        Quality: "Tỷ lệ đạt", "Quality";
        Oee: "Hiệu suất thiết bị tổng thể (OEE)", "Overall equipment effectiveness (OEE)";
        EnergyByState: "Điện năng theo trạng thái", "Electricity by state";
        PeakDemandSliding: "Công suất đỉnh trượt 15 phút", "Sliding peak of 15 minutes";
        BaseLoad: "Phụ tải nền", "Base load";
        ClosedLoad: "Phụ tải ngoài ca", "Load outside shifts";
        Nee: "Hiệu suất thiết bị tịnh (NEE)", "Net equipment effectiveness (NEE)";
        Teep: "Hiệu suất theo lịch (TEEP)", "Effectiveness over all time (TEEP)";
        LossTime: "Thời gian tổn thất", "Time lost";
        EnergyByLoss: "Điện năng theo tổn thất", "Electricity by loss";
        MinorStopLimit: "Giới hạn dừng vặt", "Limit of a minor stop";
        Failures: "Số lần hỏng", "Failures";
        MinorStops: "Số lần dừng vặt", "Minor stops";
        Mtbf: "Thời gian giữa hai hỏng hóc (MTBF)", "Mean time between failures (MTBF)";
        Mttr: "Thời gian sửa chữa trung bình (MTTR)", "Mean time to restoration (MTTR)";
        Unmetered: "Điện không đo được", "Unmetered electricity";
        OilEquivalent: "Dầu quy đổi", "Oil equivalent";
        Emission: "Phát thải hóa thạch", "Fossil emission";
        BiogenicEmission: "Phát thải sinh học, ghi riêng", "Biogenic emission, told apart";
        FuelCost: "Tiền nhiên liệu", "Cost of fuel";
        EnergyCost: "Chi phí năng lượng", "Cost of energy";
        ReactiveCharge: "Tiền công suất phản kháng", "Charge for reactive power";
        SpecificEmission: "Cường độ phát thải", "Specific emission";
        DemandShare: "Công suất đỉnh so với giới hạn", "Peak over its limit";
    }
}

/// What an indicator is called.
pub(super) const fn word(name: Name) -> Word {
    match name {
        Name::Energy => Word::Energy,
        Name::EnergyByBand => Word::EnergyByBand,
        Name::CostBeforeTax => Word::CostBeforeTax,
        Name::Cost => Word::Cost,
        Name::PeakDemand15 => Word::PeakDemand15,
        Name::PeakDemand30 => Word::PeakDemand30,
        Name::LoadFactor => Word::LoadFactor,
        Name::PowerFactor => Word::PowerFactor,
        Name::Output => Word::Output,
        Name::Reject => Word::Reject,
        Name::RawMaterial => Word::RawMaterial,
        Name::FuelUse => Word::FuelUse,
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
        Name::LossTime => Word::LossTime,
        Name::EnergyByLoss => Word::EnergyByLoss,
        Name::MinorStopLimit => Word::MinorStopLimit,
        Name::Failures => Word::Failures,
        Name::MinorStops => Word::MinorStops,
        Name::Mtbf => Word::Mtbf,
        Name::Mttr => Word::Mttr,
        Name::Unmetered => Word::Unmetered,
        Name::OilEquivalent => Word::OilEquivalent,
        Name::Emission => Word::Emission,
        Name::BiogenicEmission => Word::BiogenicEmission,
        Name::FuelCost => Word::FuelCost,
        Name::EnergyCost => Word::EnergyCost,
        Name::ReactiveCharge => Word::ReactiveCharge,
        Name::SpecificEmission => Word::SpecificEmission,
        Name::DemandShare => Word::DemandShare,
    }
}
