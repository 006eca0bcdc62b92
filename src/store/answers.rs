//! Table `answers`: what the requester answered, and what a later answer replaced.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::intake::{Answer, Answers, Layout, Question};

use super::{Error, InboundId, RequestId, failed_to, storable};

/// Records answers; those that stood for the same questions are replaced and kept.
pub async fn record(
    conn: &mut PgConnection,
    (request, inbound): (RequestId, InboundId),
    answers: &[(Question, &Answer)],
    at: DateTime<Utc>,
) -> Result<(), Error> {
    if answers.is_empty() {
        return Ok(());
    }
    let slot = |(question, _): &(Question, &Answer)| question.slot().to_owned();
    let questions: Vec<String> = answers.iter().map(slot).collect();
    sqlx::query!(
        r#"
        UPDATE answers SET replaced_at = $3
        WHERE request_id = $1 AND question = ANY ($2) AND replaced_at IS NULL
        "#,
        request.0,
        &questions,
        at,
    )
    .execute(&mut *conn)
    .await
    .map_err(failed_to("replace answers"))?;

    let answers = answers.iter().map(|(_, answer)| answer);
    let texts: Vec<String> = answers.clone().map(|answer| storable(&answer.text)).collect();
    let layouts: Vec<String> =
        answers.clone().map(|answer| answer.layout.name().to_owned()).collect();
    let sure: Vec<f64> = answers.map(|answer| answer.confidence.clamp(0.0, 1.0)).collect();
    sqlx::query!(
        r#"
        INSERT INTO answers
            (request_id, inbound_id, question, text, layout, confidence, recorded_at)
        SELECT $1, $2, question, text, layout, confidence, $7
        FROM UNNEST($3::text[], $4::text[], $5::text[], $6::double precision[])
            AS answer (question, text, layout, confidence)
        "#,
        request.0,
        inbound.0,
        &questions,
        &texts,
        &layouts,
        &sure,
        at,
    )
    .execute(conn)
    .await
    .map_err(failed_to("record answers"))?;
    Ok(())
}

/// Which mail gave each standing answer of a request, and when that mail came.
pub async fn origins(
    conn: &mut PgConnection,
    request: RequestId,
) -> Result<BTreeMap<Question, (DateTime<Utc>, InboundId)>, Error> {
    let rows = sqlx::query!(
        r#"
        SELECT answer_id, question, received_at, inbound_id
        FROM answers JOIN inbound USING (inbound_id)
        WHERE answers.request_id = $1 AND replaced_at IS NULL
        "#,
        request.0,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("look up where answers come from"))?;
    rows.into_iter()
        .map(|row| {
            let question = Question::from_slot(&row.question).ok_or(Error::Impossible {
                table: "answers",
                column: "question",
                row: row.answer_id,
            })?;
            Ok((question, (row.received_at, InboundId(row.inbound_id))))
        })
        .collect()
}

/// The standing answers of each of these requests, or why those of one cannot be read.
pub async fn standing(
    conn: &mut PgConnection,
    requests: &[i64],
) -> Result<BTreeMap<RequestId, Result<Answers, Error>>, Error> {
    let rows = sqlx::query!(
        r#"
        SELECT answer_id, request_id, question, text, layout, confidence FROM answers
        WHERE request_id = ANY ($1) AND replaced_at IS NULL
        "#,
        requests,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("read the answers of requests"))?;

    let mut found: BTreeMap<RequestId, Result<Answers, Error>> = BTreeMap::new();
    for row in rows {
        let impossible =
            |column| Error::Impossible { table: "answers", column, row: row.answer_id };
        let read = Question::from_slot(&row.question).ok_or(impossible("question"));
        let layout = Layout::from_name(&row.layout).ok_or(impossible("layout"));
        let answers = found.entry(RequestId(row.request_id)).or_insert_with(|| Ok(Answers::new()));
        match (answers.as_mut(), read.and_then(|question| Ok((question, layout?)))) {
            (Ok(answers), Ok((question, layout))) => {
                let answer = Answer { text: row.text, layout, confidence: row.confidence };
                answers.insert(question, answer);
            }
            (Ok(_), Err(error)) => *answers = Err(error),
            (Err(_), _) => {}
        }
    }
    Ok(found)
}
