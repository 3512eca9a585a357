//! What the manifest of a template says of the asset it was. Pure.

use super::{Asset, Site};
use crate::template::install::About;
use crate::template::name_from;

/// The longest description: `templates list` prints it on one line.
const LONGEST: usize = 160;
/// The longest name made from an asset's.
const NAME: usize = 40;

/// Name, author, licence and page of an asset.
pub fn about(asset: &Asset, site: &Site) -> About {
    About {
        description: first_line(&asset.description).unwrap_or_else(|| one_line(&asset.name)),
        author: one_line(&asset.author),
        license: asset.license.text().to_owned(),
        source: site.page(&asset.id),
        tags: asset.tags.iter().map(|tag| one_line(tag)).filter(|tag| !tag.is_empty()).collect(),
        kept_private: !asset.license.redistribute(),
    }
}

/// The name of a template made from an asset, unless somebody gives another one.
pub fn template_name(asset: &Asset) -> String {
    let short: String = asset.name.chars().take(NAME).collect();
    name_from(&short).unwrap_or_else(|| {
        let id: String = asset.id.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
        format!("blenderkit_{}", id.to_lowercase())
    })
}

fn first_line(text: &str) -> Option<String> {
    text.lines().map(one_line).find(|line| !line.is_empty())
}

/// Text of strangers as it may stand in a list: without line breaks and controls, and not endless.
fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if plain.chars().count() <= LONGEST {
        return plain;
    }
    plain.chars().take(LONGEST - 1).chain(['…']).collect()
}

#[cfg(test)]
#[path = "tests/about.rs"]
mod tests;
