//! A private Dovecot: a real IMAP server on a free port of the loopback interface, for tests and
//! the demo.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use crate::postgres::account::Account;
use crate::postgres::keeper::{self, Keeper, Recipe, Signal};
use crate::postgres::socket_folder::SocketFolder;

use super::maildir::Maildirs;

const LONGEST_START: Duration = Duration::from_secs(20);
/// Another program may take the free port before Dovecot does; then we try the next.
const MOST_STARTS: u32 = 3;
const PAUSE_BETWEEN_LOOKS: Duration = Duration::from_millis(3);

/// Somebody with a mailbox.
#[derive(Clone)]
pub struct User {
    /// What stands before and after the `@` too, where there is one.
    pub name: String,
    pub password: String,
}

/// Whether the server speaks TLS.
#[derive(Clone)]
pub enum Encryption {
    Off,
    /// IMAPS on a port of its own, and STARTTLS on the plain one. Both values are PEM text.
    On {
        certificate: String,
        key: String,
    },
}

/// A running Dovecot. Dropping it ends it at once; the mailboxes stay.
pub struct Dovecot {
    // Dropped first: the sockets go after the server.
    _keeper: Keeper,
    _sockets: SocketFolder,
    maildirs: Maildirs,
    ports: Ports,
}

#[derive(Clone, Copy)]
struct Ports {
    plain: u16,
    tls: Option<u16>,
}

impl Dovecot {
    /// Keeps everything below `folder`, which other users must be able to pass when we are root.
    pub async fn start(
        folder: &Path,
        users: &[User],
        encryption: Encryption,
    ) -> anyhow::Result<Self> {
        let folder = folder.to_owned();
        let users = users.to_vec();
        tokio::task::spawn_blocking(move || start(&folder, &users, &encryption)).await?
    }

    /// Where IMAP is spoken, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.ports.plain
    }

    /// Where TLS comes first, when it is on.
    pub fn tls_port(&self) -> Option<u16> {
        self.ports.tls
    }

    pub fn maildirs(&self) -> &Maildirs {
        &self.maildirs
    }

    pub async fn stop(self) {
        // Only a panic while dropping could fail here, and it was reported by then.
        drop(tokio::task::spawn_blocking(move || drop(self)).await);
    }
}

fn start(folder: &Path, users: &[User], encryption: &Encryption) -> anyhow::Result<Dovecot> {
    let program = installed()?;
    let folder = std::path::absolute(folder)?;
    fs::create_dir_all(&folder)?;
    let account = Account::for_folder(&folder, &["nobody"])?;
    let home = Home { folder: folder.join("dovecot"), account };
    let maildirs = home.prepare(users, encryption).context("could not prepare Dovecot's folder")?;

    for _ in 1..MOST_STARTS {
        if let Ok(dovecot) = try_start(&program, &home, &maildirs, encryption) {
            return Ok(dovecot);
        }
    }
    try_start(&program, &home, &maildirs, encryption)
}

fn try_start(
    program: &Path,
    home: &Home,
    maildirs: &Maildirs,
    encryption: &Encryption,
) -> anyhow::Result<Dovecot> {
    let ports = Ports {
        plain: free_port()?,
        tls: match encryption {
            Encryption::Off => None,
            Encryption::On { .. } => Some(free_port()?),
        },
    };
    let sockets = SocketFolder::make(home.folder.join("run"), &home.account)?;
    let settings = home.file("dovecot.conf", &home.settings(sockets.path(), ports)?)?;
    let log = home.folder.join("dovecot.log");
    let keeper = Keeper::start(Recipe {
        account: home.account.clone(),
        program: program.to_owned(),
        arguments: vec!["-F".into(), "-c".into(), settings.into()],
        log: log.clone(),
        ending: Signal::Kill,
    })?;

    let deadline = Instant::now() + LONGEST_START;
    while !greets(ports.plain) {
        if keeper.deaths() > 0 || Instant::now() > deadline {
            bail!("Dovecot did not start; its log ends with: {}", keeper::last_words(&log));
        }
        thread::sleep(PAUSE_BETWEEN_LOOKS);
    }
    Ok(Dovecot { _keeper: keeper, _sockets: sockets, maildirs: maildirs.clone(), ports })
}

/// Dovecot's own folder, and who owns it.
struct Home {
    folder: PathBuf,
    account: Account,
}

impl Home {
    fn prepare(&self, users: &[User], encryption: &Encryption) -> anyhow::Result<Maildirs> {
        self.account.make_private(&self.folder)?;

        let mut passwords = String::new();
        let maildirs = Maildirs::new(self.folder.join("mail"), self.account.clone());
        maildirs.make_root()?;
        for user in users {
            let usable = !user.name.contains([':', '/', '\n', '%'])
                && !user.password.contains([':', '\n'])
                && !user.name.starts_with('.');
            ensure!(usable, "a user name or password has a sign that Dovecot's files cannot hold");
            passwords.push_str(&user.name);
            passwords.push_str(":{PLAIN}");
            passwords.push_str(&user.password);
            passwords.push('\n');
            maildirs.create(&user.name, "INBOX")?;
            maildirs.create(&user.name, "Sent")?;
        }
        self.file("users", &passwords)?;
        if let Encryption::On { certificate, key } = encryption {
            self.file("certificate.pem", certificate)?;
            self.file("key.pem", key)?;
        }
        Ok(maildirs)
    }

    fn file(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let path = self.folder.join(name);
        fs::write(&path, text)?;
        self.account.own(&path)?;
        Ok(path)
    }

    /// Everything runs as one ordinary user, so nothing may change its root or its user.
    fn settings(&self, sockets: &Path, ports: Ports) -> anyhow::Result<String> {
        let (user, group) = self.account.names()?;
        let folder = self.folder.to_str().context("Dovecot needs a path in UTF-8")?;
        let sockets = sockets.to_str().context("Dovecot needs a path in UTF-8")?;
        let tls = match ports.tls {
            None => "ssl = no\n".to_owned(),
            Some(_) => format!(
                "ssl = yes\nssl_cert = <{folder}/certificate.pem\nssl_key = <{folder}/key.pem\n"
            ),
        };
        Ok(SETTINGS
            .replace("@FOLDER@", folder)
            .replace("@SOCKETS@", sockets)
            .replace("@USER@", &user)
            .replace("@GROUP@", &group)
            .replace("@PLAIN_PORT@", &ports.plain.to_string())
            .replace("@TLS_PORT@", &ports.tls.unwrap_or(0).to_string())
            + &tls)
    }
}

/// Made for speed: one login process waits for all, nothing is forced to disk, and a wrong password
/// is refused without a pause.
const SETTINGS: &str = include_str!("dovecot.conf");

/// Ordinary users seldom have `/usr/sbin` on their search path.
fn installed() -> anyhow::Result<PathBuf> {
    let version = |program: &Path| Command::new(program).arg("--version").output().ok();
    let places = ["/usr/sbin/dovecot", "/usr/local/sbin/dovecot", "dovecot"];
    let found = places.iter().map(PathBuf::from).find_map(|program| {
        let answer = version(&program)?;
        Some((program, String::from_utf8_lossy(&answer.stdout).into_owned()))
    });
    let (program, version) = found.context(
        "Dovecot is not installed: on Debian and Ubuntu install `dovecot-imapd`, or run `make setup`",
    )?;
    ensure!(
        version.starts_with("2.3."),
        "the demo and the tests need Dovecot 2.3, but {} is {}",
        program.display(),
        version.trim()
    );
    Ok(program)
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn greets(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let Ok(stream) = TcpStream::connect_timeout(&address, LONGEST_START) else {
        return false;
    };
    let mut greeting = String::new();
    stream.set_read_timeout(Some(LONGEST_START)).is_ok()
        && BufReader::new(stream).read_line(&mut greeting).is_ok()
        && greeting.starts_with("* OK")
}
