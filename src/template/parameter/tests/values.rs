use serde_json::json;

use super::*;
use crate::blender::Assigned;

fn declared() -> BTreeMap<String, Parameter> {
    toml::from_str(
        "[glow]\ntype = 'number'\ndefault = 1\nmin = 0\nmax = 4\ntarget = 'a.b'\n\
         [accent]\ntype = 'color'\ndefault = '#ffffff'\ntarget = ['a.c', 'a.d']\n\
         [style]\ntype = 'choice'\ndefault = 'x'\nchoices = ['x', 'y']\ntarget = 'a.e'\n\
         [count]\ntype = 'integer'\ndefault = 1\ntarget = ['a.f', { path = 'a.g', scale = 0.5, offset = 1 }]\n\
         [on]\ntype = 'boolean'\ndefault = true\ntarget = { path = 'a.h', values = { true = false, false = true } }\n\
         [look]\ntype = 'choice'\ndefault = 'x'\nchoices = ['x', 'y']\n\
         target = [{ path = 'a.i', values = { x = '#ff0000', y = [1, 2] } }, { path = 'a.j', values = { x = 'X', y = 3 } }]\n\
         [title]\ntype = 'text'\ndefault = ''\ntarget = 'a.k'\n\
         [body]\ntype = 'multiline'\ndefault = ''\ntarget = 'a.l'\n\
         [view]\ntype = 'camera'\ntarget = 'a.m'\n",
    )
    .unwrap()
}

fn set(name: &str, value: Value) -> Result<Vec<Assignment>> {
    assignments(&declared(), &Map::from_iter([(name.to_owned(), value)]))
}

fn written(name: &str, value: Value) -> Vec<Assigned> {
    set(name, value).unwrap().into_iter().map(|assignment| assignment.value).collect()
}

fn plain(value: Value) -> Assigned {
    Assigned::Plain(value)
}

#[test]
fn values_are_read_by_type() {
    assert_eq!(written("glow", json!("2.5")), [plain(json!(2.5))]);
    assert_eq!(written("accent", json!("#ff0000")), vec![Assigned::Color(vec![1.0, 0.0, 0.0]); 2]);
    assert_eq!(written("accent", json!("#F60")), written("accent", json!("#ff6600")));
    assert_eq!(written("accent", json!("#f608")), written("accent", json!("#ff660088")));
    for three in [json!(3), json!(3.0), json!("3"), json!(" 3.0 ")] {
        assert_eq!(written("count", three), [plain(json!(3)), plain(json!(2.5))]);
    }
    assert_eq!(written("on", json!("true")), [plain(json!(false))]);
    assert_eq!(written("look", json!("x")), [Assigned::Color(vec![1.0, 0.0, 0.0]), plain(json!("X"))]);
    assert_eq!(written("look", json!("y")), [plain(json!([1, 2])), plain(json!(3))]);
    assert_eq!(written("body", json!("a\r\nb")), [plain(json!("a\nb"))]);
    assert_eq!(written("title", json!("@home")), [plain(json!("@home"))]);
    assert_eq!(written("view", json!("Side")), [Assigned::Camera("Side".to_owned())]);
    assert_eq!(written("view", json!("")), []);
}

#[test]
fn a_mistyped_choice_is_asked_after() {
    let hint = |value: &str| set("style", json!(value)).unwrap_err().hint_text().to_owned();
    assert_eq!(hint("Y"), "did you mean y?");
    assert!(hint("something else").starts_with("give one of these"));
}

#[test]
fn a_colour_says_how_it_is_written() {
    let hint = |value: &str| set("accent", json!(value)).unwrap_err().hint_text().to_owned();
    assert_eq!(hint("ff6a00"), "did you mean #ff6a00?");
    for other in ["red", "#ff6a0", "#ff6a0000ff", "#ff", "", "# f60", "#+f6+00", "rgb(1,2,3)"] {
        assert!(hint(other).starts_with("give it as #rrggbb or #rgb"), "{other}");
    }
}

#[test]
fn only_texts_that_run_to_the_left_are_doubted() {
    let doubts = |name: &str, value: &str| {
        doubts(&declared(), &Map::from_iter([(name.to_owned(), json!(value)), ("glow".to_owned(), json!(2))]))
    };
    for name in ["title", "body"] {
        let found = doubts(name, "Hi שלום");
        assert_eq!((found.len(), &*found[0].code), (1, "right_to_left"));
        assert!(found[0].message.contains(&format!("parameter {name} ")), "{found:?}");
    }
    assert!(doubts("title", "Hello").is_empty() && doubts("view", "שלום").is_empty());
    assert!(doubts("unknown", "שלום").is_empty());
}

#[test]
fn a_text_may_be_as_long_as_the_templates_own() {
    let mut declared = declared();
    let mut fits = |own: usize, given: usize| {
        declared.get_mut("body").unwrap().default = json!("é".repeat(own));
        assignments(&declared, &Map::from_iter([("body".to_owned(), json!("é".repeat(given)))])).is_ok()
    };
    assert!(fits(1, 2000) && !fits(1, 2001));
    assert!(fits(3000, 3000) && !fits(3000, 3001));
    assert!(fits(10_000, 10_000) && !fits(10_001, 10_001));
}

#[test]
fn what_does_not_fit_names_type_and_range() {
    for (name, value, said) in [
        ("glow", json!(5), "0 to 4"),
        ("glow", json!("NaN"), "number"),
        ("glow", json!("inf"), "number"),
        ("glow", json!(null), "number"),
        ("count", json!(1e10), "whole number"),
        ("count", json!("-2147483648.5"), "whole number"),
        ("count", json!(1.5), "whole number"),
        ("on", json!("yes"), "true or false"),
        ("accent", json!("red"), "#ff6a00"),
        ("accent", json!("#ff00é"), "#ff6a00"),
        ("style", json!("z"), "x, y"),
        ("style", json!({"a": 1}), "cannot be an object"),
        ("title", json!("a\nb"), "on one line"),
        ("title", json!("a\0b"), "control character"),
        ("body", json!("a\u{1b}[2Jb"), "control character"),
        ("body", json!("a\tb"), "control character"),
        ("body", json!("é".repeat(2_001)), "2001 characters, and at most 2000"),
        ("title", json!(3), "text"),
        ("view", json!(3), "camera"),
        ("view", json!("a\nb"), "camera"),
    ] {
        let error = set(name, value).unwrap_err();
        assert_eq!(error.code(), "bad_parameter");
        assert!(error.to_string().contains(said) && error.to_string().len() < 400, "{error}");
    }
    assert!(set("acent", json!("#ffffff")).unwrap_err().hint_text().contains("did you mean accent"));
    assert!(set("zzzzzz", json!(1)).unwrap_err().hint_text().contains("it has: accent"));
    assert!(set("x".repeat(1 << 16).as_str(), json!(1)).unwrap_err().to_string().len() < 200);
    assert!(assignments(&BTreeMap::new(), &Map::from_iter([("a".to_owned(), json!(1))])).is_err());
}
