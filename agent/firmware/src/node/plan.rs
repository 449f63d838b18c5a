//! What this node is, as build.rs made it from the node's file.

use millwatt::reading::ChannelId;
use millwatt::site::{Asset, AssetId, Channel, Facts, Kind, Quantity, Scale, Shift, Site};
use millwatt::time::{Instant, Offset, Span, Weekdays};
use millwatt_agent::meter::{ByteOrder, Encoding, Place, WordOrder};
use millwatt_agent::modbus::{Patience, Request, Table};
use millwatt_agent::node::{LevelInput, Plan, Point, PulseInput, Read};

include!(concat!(env!("OUT_DIR"), "/plan.rs"));
