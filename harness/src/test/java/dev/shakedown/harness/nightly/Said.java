package dev.shakedown.harness.nightly;

import java.util.List;

/** All that a night says, for tests. */
record Said(List<String> lines) implements NightListener {
    @Override
    public void scenario(String name) {
        lines.add(name);
    }

    @Override
    public void began(String what) {
        lines.add(what);
    }

    @Override
    public void ended(String what, String detail, boolean counts) {
        lines.add(what + " " + detail);
    }

    @Override
    public void say(String line) {
        lines.add(line);
    }

    @Override
    public void bar(String name, double fraction) {
        lines.add(name);
    }
}
