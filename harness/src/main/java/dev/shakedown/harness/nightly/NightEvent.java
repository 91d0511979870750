package dev.shakedown.harness.nightly;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** A line of a night's log. Runs are named by their id: they lie beside the night's folder. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(value = NightEvent.Night.class, name = "night"),
    @JsonSubTypes.Type(value = NightEvent.Began.class, name = "began"),
    @JsonSubTypes.Type(value = NightEvent.Ended.class, name = "ended"),
    @JsonSubTypes.Type(value = NightEvent.Kept.class, name = "kept"),
    @JsonSubTypes.Type(value = NightEvent.Released.class, name = "released"),
    @JsonSubTypes.Type(value = NightEvent.Planned.class, name = "planned"),
    @JsonSubTypes.Type(value = NightEvent.Finished.class, name = "finished")
})
sealed interface NightEvent {

    /** The first line. {@code digest} is of all that the night does. */
    record Night(int schemaVersion, String suite, String digest, String startedAt)
            implements NightEvent {}

    /** Before anything of a run is started. */
    record Began(String slot, String run) implements NightEvent {}

    /** A run has ended, and its record is written; it took so many real seconds. */
    record Ended(String slot, String run, String grade, double seconds) implements NightEvent {}

    /** That run's cluster stays up for the next ones. */
    record Kept(String run) implements NightEvent {}

    /** It is gone, or was found gone. */
    record Released(String run) implements NightEvent {}

    /** How many pairs a scenario gets, decided once. */
    record Planned(String scenario, int pairs, String why) implements NightEvent {}

    /** The last line. */
    record Finished(String verdict) implements NightEvent {}
}
