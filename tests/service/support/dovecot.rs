//! A real mail server of one's own, when Debian's `dovecot-imapd` is installed.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::process::{Child, Command};
use std::time::Duration;

use mailtriage::imap::{Credential, Secret, Session, Settings};
use tempfile::TempDir;

const NOBODY: u32 = 65_534;

pub(crate) struct Dovecot {
    server: Child,
    port: u16,
    folder: TempDir,
}

impl Dovecot {
    pub(crate) async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().to_str().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
        let (user, group) = if is_root { ("nobody", "nogroup") } else { ("", "") };
        let config = format!(
            "base_dir = {path}/run\nlog_path = {path}/log\nprotocols = imap\nlisten = 127.0.0.1\n\
             ssl = no\ndisable_plaintext_auth = no\nmail_location = maildir:{path}/mail/%u\n\
             default_internal_user = {user}\ndefault_internal_group = {group}\n\
             default_login_user = {user}\nfirst_valid_uid = 1\n\
             passdb {{\n driver = static\n args = password=secret\n}}\n\
             userdb {{\n driver = static\n args = uid={user} gid={group} home={path}/mail/%u\n}}\n\
             service imap-login {{\n chroot =\n inet_listener imap {{\n port = {port}\n }}\n \
             inet_listener imaps {{\n port = 0\n }}\n}}\n\
             service anvil {{\n chroot =\n}}\n"
        );
        fs::write(format!("{path}/conf"), config).unwrap();
        chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        let server = Command::new("setpriv")
            .args(["--reuid", "65534", "--regid", "65534", "--clear-groups", "--pdeathsig", "KILL"])
            .args(["dovecot", "-F", "-c", &format!("{path}/conf")])
            .spawn()
            .unwrap();
        let dovecot = Self { server, port, folder };
        dovecot.ready().await;
        dovecot
    }

    async fn ready(&self) {
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_ok() {
                return;
            }
            let pause = Duration::from_millis(25);
            assert!(tokio::time::timeout(pause, std::future::pending::<()>()).await.is_err());
        }
        panic!("{}", fs::read_to_string(self.folder.path().join("log")).unwrap_or_default());
    }

    pub(crate) fn settings_with(&self, more: &str) -> Settings {
        let port = self.port;
        let text =
            format!("host = '127.0.0.1'\nport = {port}\nuser = 'desk'\ntls = 'none'\n{more}");
        toml::from_str(&text).unwrap()
    }

    pub(crate) async fn session_with(&self, more: &str) -> Session {
        let password = Credential::Given(Secret::new("secret".to_owned()));
        Session::connect(&self.settings_with(more), &password).await.unwrap()
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        Command::new("kill").arg(self.server.id().to_string()).status().unwrap();
        self.server.wait().unwrap();
    }
}
