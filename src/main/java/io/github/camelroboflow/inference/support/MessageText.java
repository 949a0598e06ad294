package io.github.camelroboflow.inference.support;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Words that others chose, such as names of files and classes, fit to stand in a line of a log or on a terminal: what would begin
 * another line, turn the line's direction, steer the terminal or not be seen is written as Java writes it, {@code \\u000A}.
 */
public final class MessageText {

    private MessageText() {
    }

    public static String printable(String text) {
        if (text.codePoints().allMatch(MessageText::isPrintable)) {
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

    /** Finds what was meant by a misspelt name. */
    public static final class Spelling {

        /** How many letters may be wrong for a name to be taken for another. */
        private static final int MOST_TYPOS = 2;

        private Spelling() {
        }

        /** The name that is most like another one: the same but for capitals, or with at most two wrong letters of at least six. */
        public static Optional<String> closest(String name, Collection<String> known) {
            return known.stream().filter(other -> isLike(name, other))
                    .min(Comparator.comparingInt(other -> editDistance(name, other)));
        }

        private static boolean isLike(String name, String other) {
            return name.equalsIgnoreCase(other)
                    || editDistance(name, other) <= Math.min(MOST_TYPOS, Math.min(name.length(), other.length()) / 3);
        }

        /** How many letters have to be put in, taken out or exchanged to make the one of the other: Levenshtein's distance. */
        public static int editDistance(String one, String other) {
            int[] row = new int[other.length() + 1];
            for (int j = 0; j < row.length; j++) {
                row[j] = j;
            }
            for (int i = 1; i <= one.length(); i++) {
                int diagonal = row[0];
                row[0] = i;
                for (int j = 1; j < row.length; j++) {
                    int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                    diagonal = row[j];
                    row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
                }
            }
            return row[other.length()];
        }
    }
}
