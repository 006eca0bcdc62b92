//! The private PostgreSQL server: starts, ends, and keeps its data whatever is killed.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use mailtriage::postgres::{Durability, Error, Server};
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgConnection, PgPool};

use crate::support::folder::passable_folder;

#[tokio::test]
async fn a_scratch_server_takes_connections_and_leaves_nothing() {
    let server = Server::scratch(Path::new(env!("CARGO_TARGET_TMPDIR"))).await.unwrap();
    let mut conn = PgConnection::connect(&server.url()).await.unwrap();
    let encoding: String =
        sqlx::query_scalar("SHOW server_encoding").fetch_one(&mut conn).await.unwrap();
    assert_eq!(encoding, "UTF8");
    let socket: String =
        sqlx::query_scalar("SHOW unix_socket_directories").fetch_one(&mut conn).await.unwrap();
    let socket = socket.trim_matches('"').to_owned();
    assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o700);
    let process_id = server.process_id().unwrap();
    conn.close().await.unwrap();

    server.stop().await;
    assert!(!runs(process_id));
    assert!(!Path::new(&socket).exists());
}

#[tokio::test]
async fn data_outlives_a_stop() {
    let folder = passable_folder();
    let data_dir = folder.path().join("postgres");
    let server = Server::start(&data_dir, Durability::Durable).await.unwrap();
    write(&server, 1).await;
    server.stop().await;

    let server = Server::start(&data_dir, Durability::Durable).await.unwrap();
    assert_eq!(read(&server).await, [1]);
    server.stop().await;
}

#[tokio::test]
async fn a_killed_server_is_started_again_with_its_data() {
    let folder = passable_folder();
    let server = Server::start(&folder.path().join("postgres"), Durability::Durable).await.unwrap();
    write(&server, 1).await;
    let killed = server.process_id().unwrap();
    kill(killed);

    assert_eq!(read_when_back(&server).await, [1]);
    assert_ne!(server.process_id(), Some(killed));
    server.stop().await;
}

#[tokio::test]
async fn a_server_ends_with_its_process_and_the_next_one_finds_the_data() {
    let folder = passable_folder();
    let data_dir = folder.path().join("postgres");
    let mut service = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "postgres::keeps_a_server_until_killed", "--ignored", "--nocapture"])
        .env("DATA_DIR", &data_dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(service.stdout.take().unwrap()).lines();
    let ready = lines.map(Result::unwrap).find(|line| line.contains("ready ")).unwrap();
    let orphan: u32 = ready.rsplit(' ').next().unwrap().parse().unwrap();
    service.kill().unwrap();
    service.wait().unwrap();

    let server = Server::start(&data_dir, Durability::Durable).await.unwrap();
    assert!(!runs(orphan));
    assert_eq!(read(&server).await, [7]);
    server.stop().await;
}

#[tokio::test]
#[ignore = "another test runs it as a process of its own and kills it"]
async fn keeps_a_server_until_killed() {
    let data_dir = std::env::var_os("DATA_DIR").unwrap();
    let server = Server::start(Path::new(&data_dir), Durability::Durable).await.unwrap();
    write(&server, 7).await;
    println!("\nready {}", server.process_id().unwrap());
    std::io::stdin().lines().for_each(drop);
}

#[tokio::test]
async fn two_starts_at_once_share_one_server() {
    let folder = passable_folder();
    let data_dir = folder.path().join("postgres");
    let (first, second) = tokio::join!(
        Server::start(&data_dir, Durability::Durable),
        Server::start(&data_dir, Durability::Durable),
    );
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!(first.url(), second.url());
    write(&first, 1).await;
    write(&second, 2).await;
    assert_eq!(read(&first).await, [1, 2]);

    let (owner, guest) =
        if first.process_id().is_some() { (first, second) } else { (second, first) };
    owner.stop().await;
    assert_eq!(read_when_back(&guest).await, [1, 2]);
    guest.stop().await;
    assert!(!data_dir.join("cluster/postmaster.pid").exists());
}

#[tokio::test]
async fn an_unfinished_database_does_not_count() {
    let folder = passable_folder();
    let data_dir = folder.path().join("postgres");
    let left_by_a_kill = data_dir.join("unfinished-1234");
    fs::create_dir_all(&left_by_a_kill).unwrap();
    fs::write(left_by_a_kill.join("PG_VERSION"), "15\n").unwrap();
    fs::write(data_dir.join("lock"), "").unwrap();

    let server = Server::start(&data_dir, Durability::Throwaway).await.unwrap();
    write(&server, 1).await;
    assert!(!left_by_a_kill.exists());
    server.stop().await;
}

#[tokio::test]
async fn a_folder_with_other_files_is_left_alone() {
    let folder = passable_folder();
    fs::write(folder.path().join("letter.txt"), "Dear Ada").unwrap();
    let refused = Server::start(folder.path(), Durability::Durable).await.err().unwrap();
    assert!(matches!(refused, Error::NotOurs { .. }), "{refused}");
    assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o711);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_is_no_obstacle() {
    let folder = passable_folder();
    let data_dir = folder.path().join("ü".repeat(60)).join("a, \"b\"");
    fs::create_dir(data_dir.parent().unwrap()).unwrap();
    let server = Server::start(&data_dir, Durability::Throwaway).await.unwrap();
    write(&server, 1).await;
    assert_eq!(read(&server).await, [1]);
    server.stop().await;
}

async fn write(server: &Server, value: i32) {
    let mut conn = PgConnection::connect(&server.url()).await.unwrap();
    let table = "CREATE TABLE IF NOT EXISTS kept (value int4 NOT NULL)";
    sqlx::query(table).execute(&mut conn).await.unwrap();
    sqlx::query("INSERT INTO kept VALUES ($1)").bind(value).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}

async fn read(server: &Server) -> Vec<i32> {
    let mut conn = PgConnection::connect(&server.url()).await.unwrap();
    sqlx::query_scalar("SELECT value FROM kept ORDER BY 1").fetch_all(&mut conn).await.unwrap()
}

/// Tries until there is a connection, as the pool of the service does.
async fn read_when_back(server: &Server) -> Vec<i32> {
    let pool: PgPool = PgPoolOptions::new().connect_lazy(&server.url()).unwrap();
    loop {
        let read = sqlx::query_scalar("SELECT value FROM kept ORDER BY 1").fetch_all(&pool).await;
        match read {
            Ok(values) => return values,
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

fn kill(process_id: u32) {
    let order = format!("kill -9 {process_id}");
    assert!(Command::new("sh").arg("-c").arg(order).status().unwrap().success());
}

fn runs(process_id: u32) -> bool {
    Path::new(&format!("/proc/{process_id}/cwd")).read_link().is_ok()
}
