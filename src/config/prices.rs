//! The price table: what an hour of a GPU costs, and how fast it renders beside others. Pure.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Origin;

/// What the list prices are and how old they are.
pub const LIST: &str = "RunPod's list prices of August 2026, flex workers";

/// US dollars a second of one GPU in a flex worker, from the table "GPU pricing" of docs.runpod.io/serverless/pricing as
/// it stood in August 2026. How fast each of them renders is not in it, and nowhere that could be quoted here.
const LISTED: [(&str, f64); 17] = [
    ("RTX A4000", 0.000_16),
    ("RTX A4500", 0.000_16),
    ("RTX 4000 Ada", 0.000_16),
    ("L4", 0.000_19),
    ("RTX A5000", 0.000_19),
    ("RTX 3090", 0.000_19),
    ("RTX 4090", 0.000_31),
    ("RTX A6000", 0.000_34),
    ("A40", 0.000_34),
    ("L40", 0.000_53),
    ("L40S", 0.000_53),
    ("RTX 6000 Ada", 0.000_53),
    ("A100", 0.000_76),
    ("RTX PRO 6000", 0.001_11),
    ("H100", 0.001_16),
    ("H200", 0.001_55),
    ("B200", 0.002_40),
];

/// Longest name of a GPU, in characters.
const LONGEST_NAME: usize = 64;

/// What can be said of a GPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// US dollars for an hour.
    UsdPerHour,
    /// How many times as fast it renders as one of speed 1.
    Speed,
}

impl Field {
    /// Both.
    pub const ALL: [Self; 2] = [Self::UsdPerHour, Self::Speed];

    /// Its name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::UsdPerHour => "usd_per_hour",
            Self::Speed => "speed",
        }
    }

    /// The number, if it can stand there; the reason continues a sentence that begins with the key.
    pub(super) fn check(self, number: f64) -> Result<f64, String> {
        let (most, what) = match self {
            Self::UsdPerHour => {
                (1000.0, "US dollars for an hour, more than 0 and at most 1000, such as 1.116")
            }
            Self::Speed => (1e9, "a number more than 0: twice as large is twice as fast"),
        };
        let fits = number > 0.0 && number <= most;
        fits.then_some(number).ok_or_else(|| format!("cannot be {number}: it is {what}"))
    }
}

/// One GPU of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GpuPrice {
    /// Its name, as much of it as tells it from others: `RTX 4090`.
    pub name: String,
    /// US dollars for an hour of it.
    pub usd_per_hour: Option<f64>,
    /// How fast it renders. Only ratios count, so the unit is free: the median scores of Blender Open Data will do.
    pub speed: Option<f64>,
    /// Where the price came from.
    #[serde(skip)]
    pub price_origin: Origin,
}

impl GpuPrice {
    /// US dollars for a second of it.
    pub fn per_second(&self) -> Option<f64> {
        self.usd_per_hour.map(|hour| hour / 3600.0)
    }

    /// Whether it is one of the compute cards without an encoder, after NVIDIA's Video Encode and Decode support matrix.
    pub fn lacks_nvenc(&self) -> bool {
        let words = words(&self.name);
        ["a30", "a100", "h100", "h200", "b200", "b300"].iter().any(|card| words.contains(*card))
    }

    /// What the file says of it, as it is shown: keys and values.
    pub fn configured(&self) -> Vec<(String, f64)> {
        let price = self.usd_per_hour.filter(|_| self.price_origin == Origin::File);
        [(Field::UsdPerHour, price), (Field::Speed, self.speed)]
            .into_iter()
            .filter_map(|(field, value)| Some((format!("prices.{:?}.{}", self.name, field.name()), value?)))
            .collect()
    }
}

/// The whole table: the list prices, and over them what `config.toml` says.
#[derive(Debug, Clone, PartialEq)]
pub struct Prices(Vec<GpuPrice>);

impl Default for Prices {
    fn default() -> Self {
        let listed = |(name, second): (&str, f64)| GpuPrice {
            name: name.to_owned(),
            // Rounded, or a price would read 1.1159999999999999.
            usd_per_hour: Some((second * 3600.0 * 1e6).round() / 1e6),
            speed: None,
            price_origin: Origin::Default,
        };
        Self(LISTED.into_iter().map(listed).collect())
    }
}

impl Prices {
    /// Every GPU, the cheapest first among those of the list.
    pub fn gpus(&self) -> &[GpuPrice] {
        &self.0
    }

    /// The GPU of this name, whatever its case and spaces.
    pub fn named(&self, name: &str) -> Option<&GpuPrice> {
        let words = words(name);
        self.0.iter().find(|gpu| self::words(&gpu.name) == words)
    }

    /// The GPU that a device is, going by the name its driver gives it: all words of the table's name are in it. Where
    /// several fit, the one that says most.
    pub fn of_device(&self, device: &str) -> Option<&GpuPrice> {
        let device = words(device);
        self.0
            .iter()
            .filter(|gpu| {
                let name = words(&gpu.name);
                // A laptop's GPU bears the name of a much faster one.
                name.is_subset(&device) && name.contains("laptop") == device.contains("laptop")
            })
            .max_by_key(|gpu| words(&gpu.name).len())
    }

    /// Puts what the file's `[prices]` says over the list.
    pub(super) fn read(&mut self, table: &toml::Value) -> Result<(), Wrong> {
        let kind = |value: &toml::Value| value.type_str();
        let wrong = |below: &[&str], why: String| {
            let place = ["prices"].iter().chain(below).map(|&name| name.to_owned()).collect();
            Wrong { place, why }
        };
        let gpus = table.as_table().ok_or_else(|| {
            let why = format!("prices must be tables such as [prices.\"RTX 4090\"], not {}", kind(table));
            wrong(&[], why)
        })?;
        for (name, said) in gpus {
            let place = |field: &str| format!("prices.{name:?}{field}");
            check_name(name).map_err(|why| wrong(&[name], why))?;
            let said = said.as_table().ok_or_else(|| {
                let why =
                    format!("{} must be a table with usd_per_hour and speed, not {}", place(""), kind(said));
                wrong(&[name], why)
            })?;
            for (key, value) in said {
                let shown = place(&format!(".{key}"));
                let field = Field::ALL.into_iter().find(|field| field.name() == key).ok_or_else(|| {
                    wrong(&[name, key], format!("unknown key {shown}; a GPU has usd_per_hour and speed"))
                })?;
                let number = match value {
                    toml::Value::Integer(whole) => Some(*whole as f64),
                    toml::Value::Float(number) => Some(*number),
                    // As everything else in the file is written.
                    toml::Value::String(text) => text.trim().parse().ok(),
                    _ => None,
                };
                let number = number.ok_or_else(|| "must be a number".to_owned());
                let number = number.and_then(|number| field.check(number));
                let number = number.map_err(|why| wrong(&[name, key], format!("{shown} {why}")))?;
                self.put(name, field, number);
            }
        }
        Ok(())
    }

    fn put(&mut self, name: &str, field: Field, number: f64) {
        let words = words(name);
        let at = self.0.iter().position(|gpu| self::words(&gpu.name) == words).unwrap_or_else(|| {
            let (name, price_origin) = (name.to_owned(), Origin::File);
            self.0.push(GpuPrice { name, usd_per_hour: None, speed: None, price_origin });
            self.0.len() - 1
        });
        let gpu = &mut self.0[at];
        match field {
            Field::UsdPerHour => (gpu.usd_per_hour, gpu.price_origin) = (Some(number), Origin::File),
            Field::Speed => gpu.speed = Some(number),
        }
    }
}

/// A place in the table as `config set` names it: `prices.NAME.usd_per_hour`, the name in quotes or not.
pub(super) fn place(key: &str) -> Option<Result<(String, Field), String>> {
    let rest = key.strip_prefix("prices.")?;
    let found = Field::ALL.into_iter().find_map(|field| {
        let name = rest.strip_suffix(field.name())?.strip_suffix('.')?.trim();
        let quoted = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
        Some((quoted.unwrap_or(name).to_owned(), field))
    });
    let unknown =
        || format!("unknown key {key}; a price is such as prices.L40S.usd_per_hour or prices.L40S.speed");
    Some(found.ok_or_else(unknown).and_then(|(name, field)| check_name(&name).map(|()| (name, field))))
}

/// Whether two names are those of one GPU.
pub(super) fn same(one: &str, other: &str) -> bool {
    words(one) == words(other)
}

/// What is wrong in the file, and below which names it stands there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) place: Vec<String>,
    pub(super) why: String,
}

fn check_name(name: &str) -> Result<(), String> {
    let fits = name.chars().count() <= LONGEST_NAME
        && !name.chars().any(|c| c.is_control() || c == '"' || c == '\\')
        && !words(name).is_empty();
    fits.then_some(()).ok_or_else(|| {
        format!("prices.{name:?} names no GPU: letters and digits, at most {LONGEST_NAME} of them, such as \"RTX 4090\"")
    })
}

/// The words of a name, in lower case.
fn words(name: &str) -> BTreeSet<String> {
    name.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Prices, String> {
        let table: toml::Table = text.parse().unwrap();
        let mut prices = Prices::default();
        prices.read(&table["prices"]).map(|()| prices).map_err(|wrong| wrong.why)
    }

    #[test]
    fn the_file_lies_over_the_list() {
        let prices = read("[prices.\"rtx  4090\"]\nspeed = 2\n[prices.L40S]\nusd_per_hour = 1.9\nspeed = \"1.5\"\n[prices.\"My Box\"]\nusd_per_hour = 1\n").unwrap();
        let gpu = prices.named("RTX 4090").unwrap();
        assert_eq!(
            (gpu.usd_per_hour, gpu.speed, gpu.price_origin),
            (Some(1.116), Some(2.0), Origin::Default)
        );
        assert_eq!(gpu.configured(), [("prices.\"RTX 4090\".speed".to_owned(), 2.0)]);
        let gpu = prices.named("l40s").unwrap();
        assert_eq!((gpu.usd_per_hour, gpu.speed, gpu.configured().len()), (Some(1.9), Some(1.5), 2));
        assert_eq!(prices.named("my-box").unwrap().per_second(), Some(1.0 / 3600.0));
        assert_eq!(prices.gpus().len(), LISTED.len() + 1);
        assert!(
            Prices::default().gpus().iter().all(|gpu| gpu.configured().is_empty() && gpu.speed.is_none())
        );
    }

    #[test]
    fn what_cannot_stand_there_names_its_place() {
        for (text, said) in [
            ("prices = 3", "[prices.\"RTX 4090\"]"),
            ("[prices]\nL4 = 1", "prices.\"L4\" must be a table"),
            ("[prices.L4]\neur = 1", "unknown key prices.\"L4\".eur"),
            ("[prices.L4]\nspeed = 0", "prices.\"L4\".speed cannot be 0"),
            ("[prices.L4]\nspeed = nan", "cannot be NaN"),
            ("[prices.L4]\nspeed = inf", "cannot be inf"),
            ("[prices.L4]\nusd_per_hour = -1", "US dollars for an hour"),
            ("[prices.L4]\nusd_per_hour = 1001", "at most 1000"),
            ("[prices.L4]\nusd_per_hour = \"$1\"", "must be a number"),
            ("[prices.L4]\nusd_per_hour = true", "must be a number"),
            ("[prices.\"--\"]\nspeed = 1", "names no GPU"),
            ("[prices.\"a\\u001bb\"]\nspeed = 1", "names no GPU"),
        ] {
            let why = read(text).unwrap_err();
            assert!(why.contains(said), "{text}: {why}");
        }
    }

    #[test]
    fn a_device_is_known_by_the_words_of_its_name() {
        let prices = Prices::default();
        for (device, name) in [
            ("NVIDIA GeForce RTX 4090", Some("RTX 4090")),
            ("NVIDIA L40S", Some("L40S")),
            ("NVIDIA L40", Some("L40")),
            ("NVIDIA A100-SXM4-80GB", Some("A100")),
            ("NVIDIA H100 80GB HBM3", Some("H100")),
            ("NVIDIA RTX 6000 Ada Generation", Some("RTX 6000 Ada")),
            ("NVIDIA RTX PRO 6000 Blackwell Server Edition", Some("RTX PRO 6000")),
            ("NVIDIA GeForce RTX 4090 Laptop GPU", None),
            ("Quadro RTX 6000", None),
            ("NVIDIA RTX A40000", None),
            ("AMD Radeon RX 7900 XTX", None),
            ("", None),
        ] {
            assert_eq!(prices.of_device(device).map(|gpu| &*gpu.name), name, "{device}");
        }
    }

    #[test]
    fn a_place_is_named_with_or_without_quotes() {
        let named = |key| place(key).unwrap().unwrap();
        assert_eq!(named("prices.L40S.usd_per_hour"), ("L40S".to_owned(), Field::UsdPerHour));
        assert_eq!(named("prices.\"RTX 4090\".speed"), ("RTX 4090".to_owned(), Field::Speed));
        assert_eq!(named("prices.A 1.5.speed").0, "A 1.5");
        assert!(place("quality").is_none() && place("prices").is_none());
        for key in ["prices.L40S", "prices..speed", "prices.\"\".speed", "prices.speed", "prices.L4.eur"] {
            assert!(place(key).unwrap().is_err(), "{key}");
        }
    }
}
