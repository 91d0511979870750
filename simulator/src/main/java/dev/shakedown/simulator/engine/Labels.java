package dev.shakedown.simulator.engine;

/** The labels that every sample of one replica carries, in alphabetical order with one more. */
record Labels(int engine, String model) {

    String plain() {
        return "engine=\"" + engine + "\",model_name=\"" + model + "\"";
    }

    String with(String name, String value) {
        String extra = name + "=\"" + value + "\"";
        return name.compareTo("model_name") < 0
                ? "engine=\"" + engine + "\"," + extra + ",model_name=\"" + model + "\""
                : plain() + "," + extra;
    }
}
