//! The thread of a script: engine, context, limits, the script itself.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use accord_sdk::TaskError;
use accord_value::Text;
use rquickjs::context::EvalOptions;
use rquickjs::{Context, Ctx, Runtime, Value as Js};

use crate::engine::Limits;
use crate::language::EsVersion;
use crate::shelf::Shelf;
use crate::world::{Here, World};
use crate::{failure, globals, syntax};

/// A script on its thread.
pub(crate) struct Job {
    pub(crate) body: Text,
    pub(crate) version: EsVersion,
    pub(crate) limits: Limits,
    /// Set when the script shall stop.
    pub(crate) stop: Arc<AtomicBool>,
}

impl Job {
    /// Runs the script and tells how it ended.
    pub(crate) fn run(self, world: Rc<World>) {
        let outcome = self.outcome(&world);
        world.bridge.done(outcome);
    }

    fn outcome(&self, world: &Rc<World>) -> Result<(), TaskError> {
        world.saw(self.body.is_sensitive());
        let source = self.body.as_str();
        if let Some(newer) = syntax::newer_than(source, self.version) {
            return Err(TaskError::user(world.text(newer)));
        }
        let broken = |error: rquickjs::Error| TaskError::new(format!("The script engine did not start: {error}"));
        let runtime = Runtime::new().map_err(broken)?;
        runtime.set_memory_limit(self.limits.memory);
        runtime.set_max_stack_size(self.limits.stack);
        let stop = Arc::clone(&self.stop);
        runtime.set_interrupt_handler(Some(Box::new(move || stop.load(Ordering::Relaxed))));
        let context = Context::full(&runtime).map_err(broken)?;
        context.with(|ctx| {
            let outcome = self.eval(&ctx, world, source);
            outcome.map_err(|error| failure::of_script(&ctx, error, source, self.limits))
        })
    }

    fn eval(&self, ctx: &Ctx<'_>, world: &Rc<World>, source: &str) -> rquickjs::Result<()> {
        let unknown = rquickjs::Error::Unknown;
        ctx.store_userdata(Here(Rc::clone(world))).map_err(|_| unknown)?;
        ctx.store_userdata(Shelf::new()).map_err(|_| rquickjs::Error::Unknown)?;
        globals::define(ctx)?;
        let mut options = EvalOptions::default();
        options.strict = false;
        options.filename = Some("<eval>".to_owned());
        let _: Js<'_> = ctx.eval_with_options(source, options)?;
        // What the script left to promises.
        while ctx.execute_pending_job() {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
        }
        Ok(())
    }
}
