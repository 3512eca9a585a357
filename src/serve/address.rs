//! Where the endpoint listens.

use std::net::{IpAddr, SocketAddr, TcpListener, ToSocketAddrs};

use crate::error::{Error, Result};

/// The endpoint's id, the part of every path after `/v2/`.
pub const ENDPOINT: &str = "local";

/// Where the endpoint listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The address and the port, also when port 0 was asked for.
    pub socket: SocketAddr,
    /// What a client on this machine sets as `RUNPOD_ENDPOINT_BASE_URL`.
    pub base_url: String,
}

impl Address {
    fn of(socket: SocketAddr) -> Self {
        // Nobody can connect to "any address".
        let reached = match socket.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => SocketAddr::from(([127, 0, 0, 1], socket.port())),
            IpAddr::V6(ip) if ip.is_unspecified() => {
                SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], socket.port()))
            }
            _ => socket,
        };
        Self { socket, base_url: format!("http://{reached}/v2") }
    }
}

/// Listens on a host and a port.
///
/// # Errors
/// `bad_host`, `token_missing` when others could come without a token, `port_in_use`, and those of the network.
pub(super) fn listen(host: &str, port: u16, has_token: bool) -> Result<(TcpListener, Address)> {
    let bad_host = || Error::bad_input("bad_host", format!("{host:?} is no address of this machine"));
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let addresses: Vec<SocketAddr> = (bare, port)
        .to_socket_addrs()
        .map_err(|error| bad_host().because(error).hint("use 127.0.0.1 for this machine alone"))?
        .collect();
    if !has_token && !addresses.iter().all(|address| address.ip().is_loopback()) {
        let message = format!("listening on {host} lets other machines in, and no token keeps them out");
        return Err(Error::bad_input("token_missing", message).hint(
            "set BROLL_SERVE_TOKEN or --token-file to what clients must send as their API key, \
             or leave --host away to serve this machine alone",
        ));
    }
    let listener = TcpListener::bind(addresses.as_slice()).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            Error::environment("port_in_use", format!("port {port} of {host} is in use"))
                .because(error)
                .hint("choose another one with --port (0 takes a free one), or stop what listens there")
        }
        std::io::ErrorKind::PermissionDenied => {
            Error::bad_input("no_permission", format!("port {port} of {host} may not be used"))
                .because(error)
                .hint("choose a port above 1023 with --port")
        }
        _ => bad_host().because(error).hint("use 127.0.0.1 for this machine alone"),
    })?;
    let socket = listener.local_addr()?;
    Ok((listener, Address::of(socket)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_port_is_told_and_a_taken_one_is_an_error() {
        let (listener, address) = listen("127.0.0.1", 0, false).unwrap();
        assert_eq!(address.base_url, format!("http://127.0.0.1:{}/v2", address.socket.port()));
        let port = listener.local_addr().unwrap().port();
        assert_eq!(listen("localhost", port, false).unwrap_err().code(), "port_in_use");
    }

    #[test]
    fn others_need_a_token() {
        for host in ["0.0.0.0", "::", "[::]"] {
            assert_eq!(listen(host, 0, false).unwrap_err().code(), "token_missing", "{host}");
        }
        let (_, address) = listen("0.0.0.0", 0, true).unwrap();
        assert_eq!(address.base_url, format!("http://127.0.0.1:{}/v2", address.socket.port()));
        let any = Address::of("[::]:8640".parse().unwrap());
        assert_eq!(any.base_url, "http://[::1]:8640/v2");
    }

    #[test]
    fn what_is_no_host_is_named() {
        for host in ["", "no such host", "300.1.1.1", "127.0.0.1:80", "192.0.2.1"] {
            assert_eq!(listen(host, 0, true).unwrap_err().code(), "bad_host", "{host:?}");
        }
    }
}
