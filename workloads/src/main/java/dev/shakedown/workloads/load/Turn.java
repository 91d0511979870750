package dev.shakedown.workloads.load;

import dev.shakedown.workloads.openai.Said;
import java.util.List;

/**
 * A turn of a session.
 *
 * @param session which, from 0 on, in the order in which they are drawn
 * @param number from 1 on
 * @param of turns that the session was drawn with
 * @param history what was said before
 * @param before tokens of all that, as the server counted them
 */
record Turn(long session, int number, int of, List<Said> history, int before) {
    Turn {
        history = List.copyOf(history);
    }

    static Turn first(long session, int of) {
        return new Turn(session, 1, of, List.of(), 0);
    }

    boolean isLast() {
        return number == of;
    }

    /** How many of the session's turns are still to come. */
    int left() {
        return of - number;
    }
}
