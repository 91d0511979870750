package dev.shakedown.workloads.load;

/** Which of several replicas a request goes to; a pure function of what was drawn. */
public enum Balance {
    /** To one after the other; so do the sessions' first turns, and the turns of each session. */
    ROUND_ROBIN,
    /** A session stays where it began, and prompts with the same shared prefix go together. */
    STICKY;

    int replica(Flights.Due due, int replicas) {
        return Math.floorMod(this == ROUND_ROBIN ? inTurn(due) : kept(due), replicas);
    }

    /** Turns are numbered as they come to be due, which is up to the server. */
    private static long inTurn(Flights.Due due) {
        return due.drawn().turn().map(turn -> turn.session() + turn.number() - 1).orElse(due.id());
    }

    private static long kept(Flights.Due due) {
        Draws.Drawn drawn = due.drawn();
        if (drawn.turn().isPresent()) {
            return drawn.turn().get().session();
        }
        return drawn.prompt().size() > 1 ? Draws.mix(drawn.prompt().getFirst().seed()) : due.id();
    }
}
