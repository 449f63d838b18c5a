//! One meter, asked once for everything that its profile knows.

use millwatt::Decimal;
use millwatt::time::Instant;
use serde_json::{Value, json};

use super::BusPoller;
use crate::site_file::profile::{Number, Profile};
use crate::site_file::{self, Bus, Protocol, Rows, SiteError};

/// What a meter said.
#[derive(Debug, Default)]
pub struct Answer {
    /// Each register that gave a number: quantity and phase, the number, its unit.
    pub readings: Vec<(String, Decimal, String)>,
    /// The model code, where the profile knows one.
    pub identity: Option<i64>,
    /// The serial number, where the profile knows where it stands.
    pub serial_number: Option<i64>,
    /// What is wrong, in sentences.
    pub faults: Vec<String>,
}

impl Answer {
    /// The answer for scripts.
    #[must_use]
    pub fn json(&self) -> Value {
        let reading = |(name, value, unit): &(String, Decimal, String)| json!({ "name": name, "value": value.to_string(), "unit": unit });
        json!({
            "readings": self.readings.iter().map(reading).collect::<Vec<_>>(),
            "identity": self.identity, "serial_number": self.serial_number, "faults": self.faults,
        })
    }

    /// The answer for people.
    pub fn lines(&self) -> impl Iterator<Item = String> + '_ {
        let number = |name, value: Option<i64>| value.map(|value| format!("{name:<28} {value}"));
        let identity = number("model code", self.identity);
        let serial = number("serial number", self.serial_number);
        let readings =
            self.readings.iter().map(|(name, value, unit)| format!("{name:<28} {value} {unit}"));
        identity.into_iter().chain(serial).chain(readings)
    }
}

/// Asks a meter for each register of a profile, and for model code and serial number.
///
/// # Errors
/// When the address is none.
pub async fn ask(
    name: &str,
    profile: &Profile,
    address: &str,
    protocol: Protocol,
    unit: u8,
) -> Result<Answer, SiteError> {
    let mut bus = bus(name, address, protocol, unit)?;
    // Told beside what the meter says, not instead of it.
    bus.meters.iter_mut().for_each(|meter| meter.identity = None);
    let (mut answer, registers) = (Answer::default(), profile.all_registers());
    let polled = BusPoller::new(&bus).poll(Instant::from_unix_milliseconds(0)).await;
    for reading in polled.readings {
        let Some(register) = registers.get(usize::from(reading.channel.0)) else {
            continue;
        };
        let phase =
            if register.phase == 0 { String::new() } else { format!(" L{}", register.phase) };
        let value = Decimal::new(reading.sample.value.into(), register.decimals);
        let name = format!("{}{phase}", register.quantity.word());
        answer.readings.push((name, value, register.unit.clone()));
    }
    let is_silent = answer.readings.is_empty();
    answer.faults.extend(polled.outcomes.into_iter().filter_map(|(_, outcome)| outcome.err()));
    if is_silent {
        return Ok(answer);
    }
    if let Some(serial) = profile.serial_number {
        answer.serial_number = number(&bus, serial).await;
    }
    if let Some(identity) = &profile.identity {
        answer.identity = number(&bus, identity.number()).await;
        if !answer.identity.is_some_and(|code| identity.equals.contains(&code)) {
            let expected: Vec<_> = identity.equals.iter().map(i64::to_string).collect();
            let found = answer.identity.map_or("nothing".to_owned(), |code| code.to_string());
            answer.faults.push(format!(
                "the model code is {found}, of {} it is {}: is it this model?",
                profile.model,
                expected.join(" or ")
            ));
        }
    }
    Ok(answer)
}

fn bus(profile: &str, address: &str, protocol: Protocol, unit: u8) -> Result<Bus, SiteError> {
    let protocol = match protocol {
        Protocol::Tcp => "tcp",
        Protocol::RtuOverTcp => "rtu-over-tcp",
        Protocol::Rtu => "rtu",
    };
    let (address, profile) = (toml::Value::from(address), toml::Value::from(profile));
    let site = format!(
        "[site]\nname = \"one meter\"\nzone = \"UTC\"\ncurrency = \"USD\"\n\n[[asset]]\nid = \"meter\"\n\
         name = \"meter\"\n\n[[meter]]\nasset = \"meter\"\nunit = {unit}\nprotocol = \"{protocol}\"\n\
         address = {address}\nprofile = {profile}\n"
    );
    let site = site_file::parse_rows("the meter", &site, Rows::Commissioning)?;
    Ok(site.buses.into_iter().next().expect("a site with a meter has a bus"))
}

/// A number of a meter that is no reading; none when it is not there.
async fn number(bus: &Bus, number: Number) -> Option<i64> {
    BusPoller::new(bus).number(0, number.place()).await.ok().flatten()
}
