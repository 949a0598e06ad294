package io.github.camelroboflow.inference;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what was meant by a misspelt name. */
public final class Spelling {

    /** How many letters may be wrong for a name to be taken for another. */
    private static final int MOST_TYPOS = 2;

    private Spelling() {
    }

    /** The name that is most like another one: the same but for capitals, or with at most two wrong letters of at least six. */
    public static Optional<String> closest(String name, Collection<String> known) {
        return known.stream().filter(other -> isLike(name, other)).min(Comparator.comparingInt(other -> typos(name, other)));
    }

    private static boolean isLike(String name, String other) {
        return name.equalsIgnoreCase(other)
                || typos(name, other) <= Math.min(MOST_TYPOS, Math.min(name.length(), other.length()) / 3);
    }

    /** How many letters have to be put in, taken out or exchanged to make the one of the other: Levenshtein's distance. */
    public static int typos(String one, String other) {
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
