//! What the manifest of a template says of the asset it was. Pure.

use super::asset::one_line;
use super::{Asset, Site};
use crate::template::install::About;
use crate::template::name_from;

/// The longest name made from an asset's.
const NAME: usize = 40;

/// Name, author, licence and page of an asset.
pub fn about(asset: &Asset, site: &Site) -> About {
    About {
        description: first_line(&asset.description).unwrap_or_else(|| asset.name.clone()),
        author: asset.author.clone(),
        license: asset.license.text().to_owned(),
        source: site.page(&asset.id),
        tags: asset.tags.clone(),
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

#[cfg(test)]
#[path = "tests/about.rs"]
mod tests;
