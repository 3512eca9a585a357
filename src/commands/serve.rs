//! `broll serve`: an endpoint on this machine.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::Context;
use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::paths::{display, env};
use crate::serve::{self, Address, ENDPOINT, Limits, Notice, Options, Say, Token};
use crate::ui::Ui;
use crate::worker::{Handler, Shop, Terms};

/// Holds the token.
const TOKEN: &str = "BROLL_SERVE_TOKEN";
/// Largest answer that carries its clip, in bytes of JSON: the platform's limit does not apply here, and `broll submit`
/// reads 128 MiB.
const INLINE_LIMIT: u64 = 96 << 20;
/// No token is longer, in bytes.
const LONGEST_TOKEN: u64 = 4096;

/// Serve as a RunPod endpoint on this machine.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name or address to listen on; other than this machine's own needs a token
    #[arg(long, value_name = "HOST", default_value = "127.0.0.1")]
    pub host: String,

    /// Port to listen on; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value = "8640")]
    pub port: u16,

    /// File with the token that clients must send as their API key; BROLL_SERVE_TOKEN holds it as well
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,

    /// How long finished jobs are kept, such as 30m or 24h
    #[arg(long, value_name = "TIME", default_value = "30m", value_parser = kept)]
    pub keep_results: Duration,

    /// Search this folder of templates first
    #[arg(long, value_name = "DIR")]
    pub library: Option<PathBuf>,
}

/// Runs the command until it is stopped.
///
/// # Errors
/// See [`serve::run`].
pub fn run(context: &Context, args: &Args) -> Result<()> {
    let token = token(&context.ui, args.token_file.as_deref())?;
    let has_token = token.is_some();
    let options = Options {
        host: args.host.clone(),
        port: args.port,
        token,
        keep_results: args.keep_results,
        folder: context.paths.state.join("serve"),
        limits: Limits::default(),
    };
    let ui = context.ui.clone();
    let say = move |notice: &Notice| match notice {
        Notice::Listening(address) => listening(&ui, address, has_token),
        Notice::Warning(text) => ui.warn(text),
        other => ui.status(&other.to_string()),
    };
    let say: Arc<Say> = Arc::new(say);
    serve::run(&options, || handler(context, args), &Cancel::default(), &say)
}

/// What carries jobs out, tried before anybody is told where to send them.
fn handler(context: &Context, args: &Args) -> Result<Arc<dyn Handler>> {
    let variable = |name: &str| env(name).and_then(|value| value.into_string().ok());
    let terms = Terms {
        // Whoever runs the endpoint and whoever asks are the same here.
        allow_cpu: true,
        inline_limit: INLINE_LIMIT,
        library: args.library.clone(),
        ..Terms::from_env(&variable)?
    };
    let shop = Shop::new(context.config.clone(), context.paths.clone(), terms, Box::new(variable))?;
    shop.preflight().map_err(|(check, reason)| {
        Error::environment("unfit", format!("this machine cannot render: {reason}"))
            .hint(format!("`broll doctor` shows more about {check}"))
    })?;
    Ok(Arc::new(shop))
}

fn listening(ui: &Ui, address: &Address, has_token: bool) {
    let (url, shown) = (&address.base_url, Notice::Listening(address.clone()));
    ui.status(&shown.to_string());
    if !address.socket.ip().is_loopback() {
        ui.warn("the token and the clips travel unencrypted: put a proxy with TLS before this port");
    }
    let key =
        if has_token { "RUNPOD_API_KEY must be the token" } else { "RUNPOD_API_KEY may be anything here" };
    // A reader that is gone has the lines on stderr.
    let _ = if ui.json {
        ui.answer_json(&json!({
            "address": address.socket.ip(), "port": address.socket.port(),
            "base_url": url, "endpoint_id": ENDPOINT, "token": has_token,
        }))
    } else {
        ui.hint(&format!("`broll submit` renders here once these two variables are set; {key}"));
        ui.answer(&format!("export RUNPOD_ENDPOINT_BASE_URL={url}\nexport RUNPOD_ENDPOINT_ID={ENDPOINT}"))
    };
}

/// The token, if there is one. There is no flag for it: a process list shows flags.
fn token(ui: &Ui, file: Option<&Path>) -> Result<Option<Token>> {
    if let Some(file) = file {
        let mut text = String::new();
        let opened = fs_err::File::open(file)?;
        if others_can_read(&opened) {
            ui.warn(&format!("others can read the token in {0}: chmod 600 '{0}'", display(file)));
        }
        opened.take(LONGEST_TOKEN).read_to_string(&mut text)?;
        return Token::new(text.trim()).map(Some).map_err(|error| error.because(display(file)));
    }
    let Some(text) = env(TOKEN) else { return Ok(None) };
    Token::new(&text.to_string_lossy()).map(Some).map_err(|error| error.because(TOKEN))
}

fn others_can_read(file: &fs_err::File) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o077 != 0)
}

fn kept(text: &str) -> Result<Duration, String> {
    let time = humantime::parse_duration(text).ok();
    time.filter(|time| (Duration::from_secs(1)..=Duration::from_secs(30 * 24 * 3600)).contains(time))
        .ok_or_else(|| "it must be a time from 1s to 30d, such as 30m or 24h".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::ProgressMode;

    #[test]
    fn times_have_units() {
        assert_eq!(kept("30m"), Ok(Duration::from_secs(1800)));
        assert_eq!(kept("1d 2h"), Ok(Duration::from_secs(26 * 3600)));
        for text in ["", "30", "0s", "31d", "-1h", "1 parsec"] {
            assert!(kept(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_token_file_holds_one_word() {
        let ui = Ui::new(false, ProgressMode::Off);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        let read = |text: &[u8]| {
            fs_err::write(&file, text).unwrap();
            token(&ui, Some(&file))
        };
        assert_eq!(read(b"s3cret\n").unwrap(), Some(Token::new("s3cret").unwrap()));
        for text in [&b""[..], b"\n", b"a b", b"s3cret\nother", b"\xff\xfe"] {
            let error = read(text).unwrap_err();
            assert!(!error.to_string().contains("s3cret") && error.kind().exit_code() == 1, "{error}");
        }
        assert!(token(&ui, Some(&folder.path().join("none"))).is_err());
    }
}
