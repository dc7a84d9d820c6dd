// A WASI command in the manner of CGI: the request is in the environment and on the standard input,
// the response is what is written to the standard output. `./build` makes main.wasm of it.
use std::env;
use std::io::{self, Read, Write};

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

fn main() -> io::Result<()> {
    let mut body = Vec::new();
    io::stdin().read_to_end(&mut body)?;
    let words = String::from_utf8_lossy(&body).split_whitespace().count();

    let mut out = io::stdout().lock();
    write!(out, "Status: 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nX-Language: Rust\r\n\r\n")?;
    write!(out, "Hello from Rust: {} {}", variable("REQUEST_METHOD"), variable("PATH_INFO"))?;
    match variable("QUERY_STRING") {
        query if query.is_empty() => writeln!(out)?,
        query => writeln!(out, "?{query}")?,
    }
    if words > 0 {
        writeln!(out, "The body has {words} words.")?;
    }
    out.flush()
}
