package dev.shakedown.harness.run;

/** Watches nothing. */
final class SilentListener implements RunListener {
    @Override
    public void stepStarted(String step) {}

    @Override
    public void stepEnded(StepEnd end) {}

    @Override
    public void live(LiveView second) {}

    @Override
    public void say(String line) {}

    @Override
    public void bar(String name, double fraction) {}
}
