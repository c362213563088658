//! The queues: messages out, and each message in exactly one of done, to be retried, or given up.

use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use worker::{Env, MessageBatch, MessageExt, Queue, QueueContentType, RawMessage, RawMessageBuilder};

use crate::bindings::Bindings;
use crate::dream::{self, DigestJob};
use crate::problem::{Problem, Result};

/// A step to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub(crate) enum Message {
    /// Digest one transcript, for a dream or ahead of any.
    Digest {
        workspace: String,
        agent: String,
        transcript: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dream: Option<String>,
    },
    /// Plan one dream.
    Plan { workspace: String, dream: String },
}

/// Messages in one call. <https://developers.cloudflare.com/queues/platform/limits/>
const SEND_MESSAGES: usize = 100;

/// Sends messages as JSON text: workers-rs would turn the maps of a struct into empty objects.
pub(crate) async fn send(queue: &Queue, messages: Vec<Message>) -> Result<()> {
    for chunk in messages.chunks(SEND_MESSAGES) {
        let texts = chunk.iter().map(serde_json::to_string).collect::<serde_json::Result<Vec<_>>>()?;
        let raw = |text: &String| {
            RawMessageBuilder::new(JsValue::from_str(text)).build_with_content_type(QueueContentType::Text)
        };
        queue.send_raw_batch(texts.iter().map(raw).collect::<Vec<_>>()).await?;
    }
    Ok(())
}

/// Works through a batch. Each message is acknowledged or retried by itself, so that one cannot drag others along.
pub(crate) async fn receive(batch: &MessageBatch<String>, env: &Env) {
    let lost = batch.queue().ends_with("-dead");
    for message in batch.raw_iter() {
        match handle(&message, lost, env).await {
            Ok(()) => message.ack(),
            Err(problem) if problem.is_transient() => {
                worker::console_error!("{}: will be retried: {problem}", batch.queue());
                message.retry();
            }
            Err(problem) => {
                worker::console_error!("{}: given up: {problem}", batch.queue());
                message.ack();
            }
        }
    }
}

async fn handle(message: &RawMessage, lost: bool, env: &Env) -> Result<()> {
    let body = message.body().as_string();
    let parsed = body.as_deref().map(serde_json::from_str::<Message>);
    let Some(Ok(message)) = parsed else {
        return Err(Problem::argument("message", format!("not one of ours: {body:?}")));
    };
    let bindings = Bindings::of(env)?;
    bindings.store.check_schema().await?;
    match &message {
        Message::Digest { workspace, agent, transcript, dream } => {
            let job = DigestJob { workspace, agent, transcript, dream: dream.as_deref() };
            if lost { dream::digest_is_lost(&bindings, &job).await } else { dream::digest(&bindings, &job).await }
        }
        Message::Plan { workspace, dream } => {
            if lost {
                dream::plan_is_lost(&bindings, workspace, dream).await
            } else {
                dream::plan(&bindings, workspace, dream).await
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_on_the_wire() {
        let plan = Message::Plan { workspace: "w".to_owned(), dream: "d".to_owned() };
        let text = r#"{"step":"plan","workspace":"w","dream":"d"}"#;
        assert_eq!(serde_json::to_string(&plan).ok().as_deref(), Some(text));
        assert_eq!(serde_json::from_str::<Message>(text).ok(), Some(plan));
        let text = r#"{"step":"digest","workspace":"w","agent":"a","transcript":"t"}"#;
        assert!(matches!(serde_json::from_str(text), Ok(Message::Digest { dream: None, .. })));
    }
}
