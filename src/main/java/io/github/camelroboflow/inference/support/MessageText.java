package io.github.camelroboflow.inference.support;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Makes text from others, such as names of files and classes, safe for one line of a log or a terminal. Characters that
 * would begin another line, change the text direction, control the terminal or be invisible are written as Java writes
 * them, such as {@code \\u000A}.
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

    /** Returns a text from outside as a text of HTML, also within quotes. */
    public static String html(String text) {
        return printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** Returns whether a character is visible or a space, and has no effect on the line. */
    public static boolean isPrintable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    /** Finds the correct name for a misspelt one. */
    public static final class Spelling {

        /** The maximum number of wrong letters of a misspelt name. */
        private static final int MAX_TYPOS = 2;

        private Spelling() {
        }

        /** Returns the most similar name: equal except for case, or with at most two wrong letters of at least six. */
        public static Optional<String> closest(String name, Collection<String> known) {
            return known.stream().filter(other -> isLike(name, other))
                    .min(Comparator.comparingInt(other -> editDistance(name, other)));
        }

        private static boolean isLike(String name, String other) {
            return name.equalsIgnoreCase(other)
                    || editDistance(name, other) <= Math.min(MAX_TYPOS, Math.min(name.length(), other.length()) / 3);
        }

        /** Returns the Levenshtein distance: the number of letters to insert, delete or replace. */
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
