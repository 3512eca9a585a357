use super::super::Parameter;

fn faults(text: &str) -> String {
    toml::from_str::<Parameter>(text).unwrap().faults("p").join("\n")
}

#[test]
fn a_sound_parameter_has_no_faults() {
    for text in [
        "type = 'number'\ndefault = 1\nmin = 1\nmax = 1\ntarget = { path = 'a.b', scale = -2, offset = 1 }",
        "type = 'boolean'\ndefault = true\ntarget = { path = 'a.b', values = { true = 0, false = '#000000' } }",
        "type = 'choice'\ndefault = 'y'\nchoices = ['x', 'y']\ntarget = ['a.c', { path = 'a.b', values = { x = 0, y = [1] } }]",
        "type = 'image'\ntarget = 'images[\"Logo\"]'",
        "type = 'font'\ndefault = ''\ntarget = 'fonts[\"Bfont\"]'",
        "type = 'camera'\ndefault = 'Side'\ntarget = 'scenes[\"Scene\"].camera'",
    ] {
        assert_eq!(faults(text), "", "{text}");
    }
}

#[test]
fn each_fault_is_named_with_the_parameter() {
    for (text, said) in [
        ("type = 'number'\ndefault = 1\nmin = 2\nmax = 1\ntarget = 'a.b'", "min 2 is larger than max 1"),
        (
            "type = 'number'\ndefault = 5\nmax = 4\ntarget = 'a.b'",
            "default is 5, but it takes a number up to 4",
        ),
        ("type = 'integer'\ndefault = '1'\ntarget = 'a.b'", "default is \"1\", but it takes a whole number"),
        ("type = 'boolean'\ndefault = 'true'\ntarget = 'a.b'", "but it takes true or false"),
        ("type = 'number'\ntarget = 'a.b'", "default is \"\", but it takes a number"),
        ("type = 'number'\ndefault = 1\nmin = nan\ntarget = 'a.b'", "must be finite"),
        ("type = 'text'\ndefault = ''\nmin = 2\ntarget = 'a.b'", "for numbers, not for text"),
        ("type = 'choice'\ndefault = 'x'\ntarget = 'a.b'", "needs choices"),
        ("type = 'choice'\ndefault = 'z'\nchoices = ['x']\ntarget = 'a.b'", "default is \"z\""),
        ("type = 'choice'\ndefault = 'x'\nchoices = ['x', 'x']\ntarget = 'a.b'", "has \"x\" twice"),
        ("type = 'choice'\ndefault = 'x'\nchoices = ['x', '']\ntarget = 'a.b'", "must be words"),
        ("type = 'text'\ndefault = ''\nchoices = ['x']\ntarget = 'a.b'", "choices are for a choice"),
        (
            "type = 'text'\ndefault = ''\ntarget = { path = 'a.b', scale = 2 }",
            "scale is for numbers, not for text",
        ),
        ("type = 'number'\ndefault = 1\ntarget = { path = 'a.b', offset = inf }", "offset must be finite"),
        ("type = 'number'\ndefault = 1\ntarget = { path = 'a.b', scale = 1e300 }", "too large"),
        (
            "type = 'text'\ndefault = ''\ntarget = { path = 'a.b', values = { a = 1 } }",
            "values are for a choice",
        ),
        (
            "type = 'choice'\ndefault = 'x'\nchoices = ['x', 'y']\ntarget = { path = 'a.b', values = { x = 1 } }",
            "values has none for y",
        ),
        (
            "type = 'boolean'\ndefault = true\ntarget = { path = 'a.b', values = { true = 1 } }",
            "none for false",
        ),
        (
            "type = 'boolean'\ndefault = true\ntarget = { path = 'a.b', values = { true = 1, false = 0, yes = 1 } }",
            "\"yes\", which cannot be chosen",
        ),
        (
            "type = 'boolean'\ndefault = true\ntarget = { path = 'a.b', values = { true = '#xyz', false = ['a'] } }",
            "values.false must be a number",
        ),
        ("type = 'text'\ndefault = ''\ntarget = ''", "target \"\" is empty"),
        ("type = 'text'\ndefault = ''\ntarget = []", "an empty list"),
        ("type = 'text'\ndefault = ''\ntarget = ['a.b', 'objects.remove()']", "is no path"),
        ("type = 'image'\ndefault = '@x.png'\ntarget = 'a.b'", "always the file's own"),
    ] {
        let told = faults(text);
        assert!(told.contains(said) && told.starts_with("[parameters.p] "), "{text}: {told}");
    }
}

#[test]
fn a_name_that_cannot_be_typed_is_refused() {
    let sound: Parameter = toml::from_str("type = 'text'\ndefault = ''\ntarget = 'a.b'").unwrap();
    for name in ["", "a b", "a=b", "-a", "a\n", &"a".repeat(65)] {
        assert_eq!(sound.faults(name).len(), 1, "{name:?}");
    }
    for name in ["a", "Größe", "a-b_2"] {
        assert!(sound.faults(name).is_empty(), "{name:?}");
    }
}
