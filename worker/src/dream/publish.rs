//! Publishing a memory: what a waking agent reads stands in KV, where reading is quick everywhere.

use lucidream::{Memory, RenderFormat, RenderOptions};
use serde::{Deserialize, Serialize};

use crate::bindings::Bindings;
use crate::problem::{Problem, Result};
use crate::store::{AgentRow, Written};

/// How often a publication that is overtaken by a newer memory begins again. The repairing cron does the rest.
const ATTEMPTS: u32 = 3;

/// Which version a published memory is.
#[derive(Serialize, Deserialize)]
struct Published {
    version: u32,
}

/// Puts an agent's newest memory into KV and notes that it is there. The same again changes nothing.
///
/// Whoever puts an older version last finds a newer one in D1, and puts that.
pub(crate) async fn publish(bindings: &Bindings, workspace: &str, agent: &str) -> Result<()> {
    for _ in 0..ATTEMPTS {
        let Some(row) = bindings.store.agent(workspace, agent).await? else { return Ok(()) };
        let text = rendered(&newest(bindings, &row).await?);
        let put = bindings.kv.put_bytes(&key(workspace, agent), text.as_bytes())?;
        put.metadata(Published { version: row.memory_version })?.execute().await?;
        let mut step = bindings.store.step(workspace);
        step.published(agent, row.memory_version)?;
        if step.commit().await? == Written::Done {
            return Ok(());
        }
    }
    Ok(())
}

/// What a waking agent reads. KV may be a minute behind; D1 then answers.
pub(crate) async fn memory_markdown(bindings: &Bindings, agent: &AgentRow) -> Result<String> {
    let key = key(&agent.workspace_id, &agent.id);
    let (text, published) = bindings.kv.get(&key).text_with_metadata::<Published>().await?;
    match (text, published) {
        (Some(text), Some(Published { version })) if version == agent.memory_version => Ok(text),
        _ => Ok(rendered(&newest(bindings, agent).await?)),
    }
}

async fn newest(bindings: &Bindings, agent: &AgentRow) -> Result<Memory> {
    let memory = bindings.store.memory(&agent.workspace_id, &agent.id, agent.memory_version).await?;
    memory.ok_or_else(|| Problem::Internal(format!("memory version {} of {} is gone", agent.memory_version, agent.id)))
}

fn rendered(memory: &Memory) -> String {
    let options = RenderOptions::whole(RenderFormat::Markdown);
    lucidream::render(memory, &options).files.into_iter().map(|file| file.content).collect()
}

fn key(workspace: &str, agent: &str) -> String {
    format!("published:{workspace}:{agent}")
}
