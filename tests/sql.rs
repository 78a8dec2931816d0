//! `sql`: what can be asked, how it is answered, and what is refused.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use throughline::error::Error;
use throughline::project::{Overrides, Project as Opened};
use throughline::scorecard::Asked;
use throughline::sql::{Format, Interrupt, Next, Output, Session, Shell, Show, Talk};

use crate::small::Small;
use crate::support::{Outcome, Project, root, throughline};

/// One project for all: published as of two days.
fn shared() -> &'static Project {
    static SHARED: OnceLock<Project> = OnceLock::new();
    SHARED.get_or_init(|| {
        let project = Small::new().make();
        for day in ["2026-02-28", "2026-03-31"] {
            let outcome = project.run("run", &["--as-of", day]);
            assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        }
        project
    })
}

/// `throughline sql` over the shared project.
fn sql(arguments: &[&str]) -> Outcome {
    let mut all = vec!["sql", "--project", shared().arg()];
    all.extend(arguments);
    throughline(&all)
}

/// The answer to a statement as CSV, without its header.
fn answer(arguments: &[&str]) -> String {
    let outcome = sql(arguments);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let (_, rows) = outcome.stdout.split_once('\n').unwrap();
    rows.to_owned()
}

/// What is said of a statement that is wrong, or refused.
fn mistake(arguments: &[&str]) -> String {
    let outcome = sql(arguments);
    assert_eq!(outcome.code, 2, "{}", outcome.stdout);
    outcome.stderr
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_throughline"));
    command
        .current_dir(root())
        .args(["sql", "--project", shared().arg()])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Values that a careless format would lose.
const AWKWARD: &str = "select * from (values \
     (cast('1234567890123456789.25' as decimal(25,2)), 'plain', true, date '2026-03-31', 0.5), \
     (cast('-0.05' as decimal(25,2)), 'a \"b\", c|d', false, null, null), \
     (null, '', null, date '1999-12-31', 1e300)) as t (amount, word, is_so, day, number)";

#[test]
fn contract_tables_histories_and_models_are_there_by_their_names() {
    let entries = "select count(*), sum(amount) from spend";
    assert_eq!(answer(&[entries]), "6,1000.00\n");
    assert_eq!(answer(&["select count(*) from history.spend"]), "6\n");
    let published = "select count(*) > 0 from variance.budget_to_actual";
    assert_eq!(answer(&[published]), "true\n");
    let days = "select count(*) > 0, max(end_date) >= date '2026-03-31' from fiscal_calendar";
    assert_eq!(answer(&[days]), "true,true\n");
}

#[test]
fn every_release_is_there_with_its_id_and_its_day() {
    let both = "select as_of, count(distinct release) from every.scorecard.reconciliation \
                group by as_of order by as_of";
    assert_eq!(answer(&[both]), "2026-02-28,1\n2026-03-31,1\n");
    // What is asked of one day is read from its files alone.
    let plan = sql(&[
        "--format",
        "table",
        "explain analyze select * from every.scorecard.reconciliation where as_of = date '2026-02-28'",
    ]);
    assert!(
        plan.stdout
            .contains("row_groups_pruned_statistics=2 total → 1 matched"),
        "{}",
        plan.stdout
    );
    let before = "select previous_as_of from base.run";
    assert_eq!(answer(&[before]), "2026-02-28\n");
    let then = "select count(*) > 0 from previous.scorecard.reconciliation";
    assert_eq!(answer(&[then]), "true\n");
}

#[test]
fn the_day_and_the_release_can_be_chosen() {
    let question = "select $as_of, arrow_typeof($as_known), max(posted_date) from spend";
    assert_eq!(answer(&[question]), "2026-03-31,Timestamp(µs),2026-03-31\n");
    let then = answer(&[question, "--as-of", "2026-02-28"]);
    assert!(
        then.starts_with("2026-02-28,") && then.ends_with(",2026-02-10\n"),
        "{then}"
    );
    let id = "select release from every.scorecard.reconciliation where as_of = date '2026-02-28' limit 1";
    let id = answer(&[id]);
    let then = answer(&["select $as_of", "--release", id.trim()]);
    assert_eq!(then, "2026-02-28\n");
    // A day without a release has the contract's tables, and says what it has not.
    let outcome = sql(&[
        "select max(posted_date) from spend",
        "--as-of",
        "2026-01-15",
    ]);
    assert_eq!(outcome.stdout.lines().nth(1), Some("2026-01-10"));
    assert!(
        outcome
            .stderr
            .contains("no release was published as of 2026-01-15")
    );
}

#[test]
fn every_text_format_keeps_every_digit_and_tells_null_from_nothing() {
    let of = |format: &str| {
        let outcome = sql(&[AWKWARD, "--format", format]);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        outcome.stdout
    };
    assert_eq!(
        of("csv"),
        "amount,word,is_so,day,number\n\
         1234567890123456789.25,plain,true,2026-03-31,0.5\n\
         -0.05,\"a \"\"b\"\", c|d\",false,,\n\
         ,\"\",,1999-12-31,1e300\n"
    );
    let first = r#"{"amount":1234567890123456789.25,"word":"plain","is_so":true,"day":"2026-03-31","number":0.5}"#;
    assert_eq!(of("ndjson").lines().next(), Some(first));
    let array: serde_json::Value = serde_json::from_str(&of("json")).unwrap();
    assert_eq!(array.as_array().unwrap().len(), 3);
    assert_eq!(array[1]["word"], "a \"b\", c|d");
    assert_eq!(array[2]["amount"], serde_json::Value::Null);
    assert_eq!(
        of("markdown"),
        "| amount | word | is_so | day | number |\n\
         | ---: | --- | --- | --- | ---: |\n\
         | 1234567890123456789.25 | plain | true | 2026-03-31 | 0.5 |\n\
         | -0.05 | a \"b\", c\\|d | false |  |  |\n\
         |  |  |  | 1999-12-31 | 1e300 |\n"
    );
    assert_eq!(
        of("table").lines().nth(3),
        Some("                  -0.05   a \"b\", c|d   false   ∅                 ∅")
    );
    assert_eq!(
        sql(&["select 1 as x where false", "--format", "json"]).stdout,
        "[]\n"
    );
}

#[test]
fn parquet_and_a_workbook_are_written_to_a_file() {
    let place = Project::new();
    let file = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let parquet = file("answer.parquet");
    assert_eq!(sql(&[AWKWARD, "-o", &parquet]).code, 0);
    let back = throughline::history::read_object(parquet.as_ref(), &[]).unwrap();
    assert_eq!((back.num_rows(), back.num_columns()), (3, 5));
    let xlsx = file("answer.xlsx");
    assert_eq!(sql(&[AWKWARD, "-o", &xlsx]).code, 0);
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&xlsx).unwrap();
    let sheet = calamine::Reader::worksheet_range(&mut book, "answer").unwrap();
    // More digits than a spreadsheet keeps are a text.
    assert_eq!(
        sheet.get_value((1, 0)),
        Some(&calamine::Data::String("1234567890123456789.25".into()))
    );
    assert_eq!(sheet.get_value((2, 0)), Some(&calamine::Data::Float(-0.05)));
    // A mistake leaves a file as it was.
    place.write("kept.csv", "kept");
    assert_eq!(
        sql(&["select nothing from spend", "-o", &file("kept.csv")]).code,
        2
    );
    assert_eq!(place.read("kept.csv"), "kept");
    let two = mistake(&["select 1; select 2", "-o", &file("two.parquet")]);
    assert!(two.contains("holds 2 statements"), "{two}");
}

#[test]
fn a_mistake_shows_the_line_a_caret_and_the_nearest_names() {
    assert_eq!(
        mistake(&["select\n  amout\nfrom spend"]),
        "error: statement:2:3: there is no column `amout`\n  \
           2 |   amout\n    |   ^\n\
         hint: did you mean `amount` or `account`?\n"
    );
    assert_eq!(
        mistake(&["select * from spnd"]),
        "error: statement:1:15: there is no table `spnd`\n  \
           1 | select * from spnd\n    |               ^\n\
         hint: did you mean `spend`?\n"
    );
    for (statement, place, near) in [
        (
            "select * from budget_to_actual",
            "1:15",
            "`variance.budget_to_actual`",
        ),
        ("select s.amout from spend as s", "1:8", "`amount`"),
        ("select summ(amount) from spend", "1:8", "`sum`"),
        ("selct 1", "1:1", "`select`"),
        ("select 1;\nselect * from spend wher x", "2:26", ""),
        ("select 'open", "1:8", ""),
        ("select 1 from spend group", "1:21", ""),
        ("select $unknwn", "1:8", "--param unknwn="),
        ("select $as_off", "1:8", "`$as_of`"),
    ] {
        let said = mistake(&[statement]);
        assert!(
            said.starts_with(&format!("error: statement:{place}: ")),
            "{said}"
        );
        assert!(said.contains("^\n"), "{said}");
        assert!(said.contains(near), "{said}");
    }
}

#[test]
fn nothing_but_a_question_is_asked() {
    let place = Project::new();
    place.write("secret.csv", "a,b\n1,2\n");
    let secret = place.path().join("secret.csv");
    let secret = secret.to_str().unwrap();
    for statement in [
        "create table t as select 1".to_owned(),
        "create view v as select 1".into(),
        format!("create external table t stored as csv location '{secret}'"),
        format!("copy (select 1) to '{secret}'"),
        format!("explain analyze copy spend to '{secret}'"),
        "insert into spend select * from spend".into(),
        "explain insert into spend select * from spend".into(),
        "delete from spend".into(),
        "drop table spend".into(),
        "select 1 into t".into(),
        "set datafusion.execution.batch_size = 1".into(),
        "reset datafusion.execution.batch_size".into(),
    ] {
        let said = mistake(&[&statement]);
        assert!(
            said.contains(" is refused: statements here only read"),
            "{said}"
        );
    }
    for statement in [
        format!("select * from '{secret}'"),
        format!("select * from \"{secret}\""),
        format!("select * from 'file://{secret}'"),
    ] {
        let said = mistake(&[&statement]);
        assert!(said.contains("there is no table"), "{said}");
    }
    assert_eq!(place.read("secret.csv"), "a,b\n1,2\n");
}

#[test]
fn parameters_have_the_type_they_look_like() {
    let question = "select entry_id from spend where amount > $least and posted_date >= $from \
                    and initiative_id = $who order by entry_id";
    let given = [
        "--param",
        "least=12.50",
        "--param",
        "from=2026-02-01",
        "--param",
        "who=I1",
    ];
    assert_eq!(answer(&[&[question], &given[..]].concat()), "E2\n");
    let text = answer(&["select arrow_typeof($a), $a", "--param", "a='12'"]);
    assert_eq!(text, "Utf8,12\n");
    assert!(mistake(&["select 1", "--param", "as_of=2026-01-01"]).contains("is bound already"));
}

#[test]
fn a_file_or_a_pipe_of_statements_runs_up_to_the_first_mistake() {
    let place = Project::new();
    place.write(
        "two.sql",
        "-- the first\nselect 1 as a;\nselect ';' as b;\n-- the end\n",
    );
    let path = place.path().join("two.sql");
    let path = path.to_str().unwrap();
    assert_eq!(sql(&["-f", path]).stdout, "a\n1\n\nb\n;\n");
    assert_eq!(
        sql(&["-f", path, "--format", "ndjson"]).stdout,
        "{\"a\":1}\n{\"b\":\";\"}\n"
    );
    let mut child = command(&[]).spawn().unwrap();
    let text = b"select 1 as a;\nselect b;\nselect 3";
    child.stdin.take().unwrap().write_all(text).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "a\n1\n");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.starts_with("error: standard input:2:8: there is no column `b`"),
        "{said}"
    );
}

/// The most memory a process had, in KiB.
fn peak(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_large_answer_streams_with_flat_memory() {
    let rows = 600_000;
    for format in ["csv", "ndjson", "json", "table"] {
        let question = format!(
            "select value, value * 2 as twice, 'some text' as word from generate_series(1, {rows})"
        );
        let mut child = command(&[&question, "--format", format, "--quiet"])
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let early = lines.by_ref().take(60_000).count();
        let before = peak(&child);
        // The last rows wait in the pipe, so the process is still there.
        let late = lines.by_ref().take(530_000).count();
        let after = peak(&child);
        let rest = lines.count();
        assert!(child.wait().unwrap().success());
        assert!(
            early + late + rest >= rows,
            "{format}: {early} {late} {rest}"
        );
        assert!(
            after < before + 30_000,
            "{format}: {before} KiB, then {after} KiB"
        );
    }
}

#[test]
fn a_pipe_that_is_closed_early_is_no_error() {
    let question = "select * from generate_series(1, 3000000)";
    for format in ["csv", "json", "table", "markdown", "parquet"] {
        let mut child = command(&[question, "--format", format, "--quiet"])
            .spawn()
            .unwrap();
        let mut first = [0; 4];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{format}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{format}");
    }
}

#[test]
fn ctrl_c_ends_a_statement_that_would_take_years() {
    let question = "select count(*) from generate_series(1, 10000000) as a (x) \
                    inner join generate_series(1, 10000000) as b (y) on (a.x * b.y) % 7 > a.x - b.y";
    let child = command(&[question]).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    let interrupted = Instant::now();
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    // A second, and what a loaded machine takes to start `kill` and to end.
    let waited = interrupted.elapsed();
    assert!(waited < Duration::from_secs(2), "{waited:?}");
}

#[test]
fn questions_are_answered_beside_a_run() {
    let folder = Opened::open(shared().path(), Overrides::default())
        .unwrap()
        .store;
    let _lock = throughline::history::Lock::take(&folder).unwrap();
    assert_eq!(answer(&["select count(*) from spend"]), "6\n");
}

#[test]
fn what_was_never_loaded_or_never_published_is_said() {
    let project = Small::new().make();
    let never = throughline(&["sql", "select 1", "--project", project.arg()]);
    assert_eq!(never.code, 66);
    assert!(
        never.stderr.contains("nothing was ever loaded here"),
        "{}",
        never.stderr
    );
    // A run that ends before it publishes has loaded all the same.
    let refused = project.run("run", &["--compare-with", "nowhere"]);
    assert_ne!(refused.code, 0);
    let ask = |statement: &str| throughline(&["sql", statement, "--project", project.arg()]);
    let loaded = ask("select count(*) from spend");
    assert_eq!(loaded.stdout, "count(*)\n6\n", "{}", loaded.stderr);
    assert!(loaded.stderr.contains("nothing was published yet"));
    let months = ask("select count(*) > 0 from fiscal_calendar");
    assert_eq!(
        months.stdout.lines().nth(1),
        Some("true"),
        "{}",
        months.stderr
    );
}

#[test]
fn a_folder_is_no_statement() {
    let said = throughline(&["sql", "tests"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.contains("named with --project tests"),
        "{}",
        said.stderr
    );
}

/// Keeps what a shell says.
#[derive(Default)]
struct Heard(Mutex<String>);

impl Heard {
    fn take(&self) -> String {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    fn add(&self, text: &str) {
        let mut heard = self.0.lock().unwrap();
        heard.push_str(text);
        heard.push('\n');
    }
}

impl Talk for Heard {
    fn say(&self, text: &str) {
        self.add(text);
    }

    fn tell(&self, text: &str) {
        self.add(text);
    }

    fn complain(&self, error: &Error) {
        self.add(&error.to_string());
    }
}

#[test]
fn a_shell_obeys_its_commands() {
    let place = Project::new();
    let project = Opened::open(shared().path(), Overrides::default()).unwrap();
    let session = Arc::new(Session::open(&project, Asked::default()).unwrap());
    let show = Show {
        format: Format::Table,
        output: Output::Stdout,
        rows: None,
        width: None,
        is_dimmed: false,
        is_timed: false,
        parameters: std::collections::BTreeMap::new(),
    };
    let heard = Arc::new(Heard::default());
    let talk: Arc<dyn Talk> = Arc::clone(&heard) as _;
    let mut shell = Shell::new(Interrupt::listen().unwrap(), project, session, show, talk).unwrap();
    let mut say = |line: &str| match shell.feed(line) {
        Ok(Next::Go) => heard.take(),
        Ok(Next::Leave) => "left".into(),
        Err(error) => format!("{error} ({})", error.hint().unwrap_or_default()),
    };
    let tables = say("\\d");
    assert!(
        tables.contains("contract tables\n") && tables.contains("budget_to_actual"),
        "{tables}"
    );
    let columns = say("\\d spend");
    assert!(
        columns.contains("decimal(18,2)") && columns.contains("currency"),
        "{columns}"
    );
    let columns = say("\\d every.variance.budget_to_actual");
    assert!(columns.contains("id of the release"), "{columns}");
    assert!(say("\\d spnd").contains("(did you mean `spend`?)"));
    assert!(say("\\models").contains("variance.budget_to_actual"));
    assert_eq!(say("\\timing"), "timing is on\n");
    assert_eq!(say("\\timing off"), "timing is off\n");
    assert!(say("\\as-of 2026-02-28").contains("as of 2026-02-28"));
    assert!(say("\\as-of 28.2.2026").contains("is not a day such as"));
    let file = place.path().join("answers.csv");
    say(&format!("\\o {}", file.display()));
    assert_eq!(say("\\param word=hello"), "");
    assert_eq!(say("\\param"), "$word = hello\n");
    assert_eq!(say("select $as_of as day, $word as word;"), "");
    assert_eq!(say("select max(posted_date) as d\nfrom spend;"), "");
    assert_eq!(
        place.read("answers.csv"),
        "day,word\n2026-02-28,hello\nd\n2026-02-10\n"
    );
    assert!(say("\\as-of").contains("as of 2026-03-31"));
    place.write("ask.sql", "select nothing from goals");
    let asked = say(&format!("\\i {}", place.path().join("ask.sql").display()));
    assert!(
        asked.contains("ask.sql:1:8: there is no column `nothing`"),
        "{asked}"
    );
    assert!(say("\\mode jason").contains("`jason` is no format"));
    assert!(say("\\modles").contains("did you mean `\\models`?"));
    assert!(say("\\release nowhere").contains("not found"));
    assert!(say("\\?").contains("\\timing [on|off]"));
    assert_eq!(say("\\q"), "left");
}

/// A big side that is held in memory gives one batch for each of its rows.
#[test]
fn a_cross_join_holds_its_small_side_whichever_is_written_first() {
    let sums =
        "(select initiative_id, sum(amount) as amount from spend group by initiative_id) as sums";
    for from in [
        format!("{sums} cross join base.rules as rules"),
        format!("base.rules as rules cross join {sums}"),
    ] {
        let sql = format!("explain select sums.*, rules.reporting_currency from {from}");
        let outcome = self::sql(&[&sql, "--format", "json"]);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        let plan = outcome.stdout.replace("\\n", "\n");
        let (_, held) = plan.split_once("CrossJoinExec").unwrap();
        let held = held.lines().nth(1).unwrap();
        assert!(held.contains("base/rules"), "{plan}");
    }
}
