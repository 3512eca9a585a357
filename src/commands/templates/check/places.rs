//! What was learnt of each place of each parameter, as a table and for scripts.

use serde_json::{Value, json};

use crate::template::PlaceReport;
use crate::ui::Table;

/// Numbers of a place are shown to so many decimals.
const DECIMALS: f64 = 1e4;

/// One row a place; a parameter's name stands at its first.
pub(super) fn table(places: &[PlaceReport]) -> Table {
    let mut table = Table::new(&["PARAMETER", "TARGET", "TRIED", "RESULT"]).wrapping();
    let mut last = "";
    for place in places {
        let name = if place.parameter == last { "" } else { &place.parameter };
        last = &place.parameter;
        table.row(vec![name.to_owned(), place.target.clone(), place.tried.join(", "), result(place)]);
    }
    table
}

fn result(place: &PlaceReport) -> String {
    if !place.faults.is_empty() {
        return place.faults.join("; ");
    }
    note(place).map_or_else(|| "ok".to_owned(), |note| format!("ok; {note}"))
}

/// A render that does not set the parameter shows what the file holds.
fn note(place: &PlaceReport) -> Option<String> {
    let (holds, puts) = place.differs.as_ref()?;
    Some(format!("note: the file holds {}, and the default puts {} there", rounded(holds), rounded(puts)))
}

fn rounded(value: &Value) -> Value {
    match value {
        Value::Array(all) => all.iter().map(rounded).collect(),
        Value::Number(number) if number.is_f64() => {
            number.as_f64().map_or(Value::Null, |number| json!((number * DECIMALS).round() / DECIMALS))
        }
        other => other.clone(),
    }
}

/// The same for scripts.
pub(super) fn to_json(places: &[PlaceReport]) -> Vec<Value> {
    let one = |place: &PlaceReport| {
        let mut object = json!({
            "parameter": place.parameter,
            "target": place.target,
            "tried": place.tried,
            "faults": place.faults,
        });
        if let Some((holds, puts)) = &place.differs {
            object["file_value"] = holds.clone();
            object["default_value"] = puts.clone();
        }
        object
    };
    places.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(parameter: &str, target: &str) -> PlaceReport {
        PlaceReport {
            parameter: parameter.to_owned(),
            target: target.to_owned(),
            tried: vec!["1".to_owned(), "4".to_owned()],
            faults: Vec::new(),
            differs: None,
        }
    }

    #[test]
    fn a_row_a_place_and_a_name_a_parameter() {
        let mut second = place("glow", "c.d");
        second.differs = Some((json!([0.800_000_011_9, 1]), json!([1.0, 1])));
        let third = PlaceReport { faults: vec!["4: too much".to_owned()], ..place("spin", "e.f") };
        assert_eq!(
            table(&[place("glow", "a.b"), second.clone(), third.clone()]).render(usize::MAX),
            "PARAMETER  TARGET  TRIED  RESULT\n\
             glow       a.b     1, 4   ok\n\
             \x20          c.d     1, 4   ok; note: the file holds [0.8,1], and the default puts [1.0,1] there\n\
             spin       e.f     1, 4   4: too much"
        );
        let json = to_json(&[second, third]);
        assert_eq!(
            (&json[0]["default_value"][0], &json[1]["faults"][0]),
            (&json!(1.0), &json!("4: too much"))
        );
        assert!(json[1].get("file_value").is_none());
    }
}
