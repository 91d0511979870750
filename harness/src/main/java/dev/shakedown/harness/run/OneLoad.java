package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunStore;
import dev.shakedown.workloads.load.LoadPlan;

/**
 * One load of a series. It has a run directory of its own inside the run's, complete with its
 * reports, so that whatever reads runs reads it too.
 *
 * @param label tells it from the others of its series, also as part of a file name
 */
record OneLoad(RunContext whole, String label, LoadPlan plan) {

    /** Makes it; what breaks the whole run is recorded here first. */
    RunRecord make() throws InterruptedException {
        RunDirectory directory = whole.directory().load(label);
        Scenario scenario = whole.scenario().withLoad(label, plan);
        try (EventLog events = new EventLog(directory.events(), whole.clock())) {
            RunContext run = new RunContext(whole, scenario, directory, events);
            MeasureStep step = new MeasureStep(plan);
            RunStore.write(directory.path(), RunRecorder.unfinished(run));
            try {
                new StepRunner(run, scenario.lentUntil()).execute(step);
            } catch (StepFailedException e) {
                save(run, new Ending.Failed(step.name(), e));
                throw e;
            } catch (InterruptedException e) {
                save(run, new Ending.Interrupted(step.name()));
                throw e;
            }
            return save(run, Ending.COMPLETE);
        }
    }

    private RunRecord save(RunContext run, Ending ending) {
        RunRecord record = RunRecorder.record(run, ending);
        RunStore.write(run.directory().path(), record);
        Reports.write(run.directory()).ifPresent(run.listener()::say);
        return record;
    }
}
