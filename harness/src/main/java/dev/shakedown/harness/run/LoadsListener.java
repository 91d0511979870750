package dev.shakedown.harness.run;

/** Shows what a load of a series does; how it ended, the series says. */
record LoadsListener(RunListener to) implements RunListener {

    @Override
    public void stepStarted(String step) {}

    @Override
    public void stepEnded(StepEnd end) {}

    @Override
    public void live(LiveView second) {
        to.live(second);
    }

    @Override
    public void say(String line) {
        to.say(line);
    }

    @Override
    public void bar(String name, double fraction) {
        to.bar(name, fraction);
    }
}
