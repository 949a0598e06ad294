package io.github.camelroboflow.condition;

/**
 * A text that is no detection condition. The message gives the column, the text found there, the expected text and a
 * suggestion.
 */
public class ConditionSyntaxException extends IllegalArgumentException {

    private static final int SHOWN_EACH_SIDE = 60;

    private final int column;

    ConditionSyntaxException(String condition, int column, String problem) {
        super("The condition '" + around(condition, column) + "' is wrong at column " + column + ": " + problem + ".");
        this.column = column;
    }

    /** Returns the column of the error in the condition, from 1; one past its end if text is missing there. */
    public int column() {
        return column;
    }

    private static String around(String condition, int column) {
        int from = Math.max(0, column - 1 - SHOWN_EACH_SIDE);
        int to = Math.min(condition.length(), column - 1 + SHOWN_EACH_SIDE);
        return (from > 0 ? "…" : "") + condition.substring(from, to) + (to < condition.length() ? "…" : "");
    }
}
