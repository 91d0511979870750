package dev.shakedown.workloads.load;

/** Which of several replicas a request goes to; a pure function of what was drawn. */
public enum Balance {
    /** To one after the other. */
    ROUND_ROBIN,
    /** A session stays where it began, and prompts with the same shared prefix go together. */
    STICKY;

    int replica(Flights.Due due, int replicas) {
        return Math.floorMod(this == ROUND_ROBIN ? due.id() : kept(due), replicas);
    }

    private static long kept(Flights.Due due) {
        Draws.Drawn drawn = due.drawn();
        if (drawn.turn().isPresent()) {
            return drawn.turn().get().session();
        }
        return drawn.prompt().size() > 1 ? Draws.mix(drawn.prompt().getFirst().seed()) : due.id();
    }
}
