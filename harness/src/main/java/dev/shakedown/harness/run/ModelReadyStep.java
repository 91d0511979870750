package dev.shakedown.harness.run;

import java.time.Duration;

/** Makes ready what takes long and is kept from run to run: the Python environment, model files. */
record ModelReadyStep(boolean engine) implements Step {
    @Override
    public String name() {
        return "ModelReady";
    }

    @Override
    public Duration deadline(RunContext run) {
        return run.scenario().deadlines().modelReady();
    }

    @Override
    public Result execute(RunContext run) {
        return new Done(run.provider().prepare(engine, run.listener()));
    }
}
