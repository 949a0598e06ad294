package io.github.camelroboflow.inference;

/**
 * Words that others chose, such as names of files and classes, fit to stand in a line of a log or on a terminal: what would begin
 * another line, turn the line's direction, steer the terminal or not be seen is written as Java writes it, {@code \\u000A}.
 */
public final class Printable {

    private Printable() {
    }

    public static String of(String text) {
        if (text.codePoints().allMatch(Printable::isPrintable)) {
            return text;
        }
        StringBuilder printable = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(character -> {
            if (isPrintable(character)) {
                printable.appendCodePoint(character);
            } else {
                for (char unit : Character.toChars(character)) {
                    printable.append(String.format("\\u%04X", (int) unit));
                }
            }
        });
        return printable.toString();
    }

    /** Whether a character is a visible one, or a space, that leaves the line as it is. */
    public static boolean isPrintable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
