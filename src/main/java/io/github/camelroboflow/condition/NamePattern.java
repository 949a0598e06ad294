package io.github.camelroboflow.condition;

import java.util.List;

/**
 * A class name in a condition.
 *
 * @param text the name, without outer spaces
 * @param parts the texts between its wildcards; a single part if it has none
 */
record NamePattern(String text, List<String> parts) {

    private static final String BACKGROUND = "background";

    /** Returns a name in which {@code *} is an ordinary character. */
    static NamePattern literal(String name) {
        return new NamePattern(name, List.of(name));
    }

    /** Returns a name in which {@code *} matches any characters. */
    static NamePattern wildcard(String name) {
        return new NamePattern(name, List.of(name.split("\\*", -1)));
    }

    /** Returns whether the class is the background. It is no object, so that {@code *} alone does not match it. */
    static boolean isBackground(String className) {
        return className.strip().equalsIgnoreCase(BACKGROUND);
    }

    boolean matches(String className) {
        String name = className.strip();
        if (parts.size() == 1) {
            return name.equals(text);
        }
        return parts.stream().allMatch(String::isEmpty) ? !isBackground(name) : matchesParts(name);
    }

    /** Matches each part at its first occurrence, which leaves the most text for the parts after it. */
    private boolean matchesParts(String name) {
        String first = parts.get(0);
        String last = parts.get(parts.size() - 1);
        int end = name.length() - last.length();
        if (!name.startsWith(first) || !name.endsWith(last) || first.length() > end) {
            return false;
        }
        int position = first.length();
        for (String part : parts.subList(1, parts.size() - 1)) {
            int found = name.indexOf(part, position);
            if (found < 0 || found + part.length() > end) {
                return false;
            }
            position = found + part.length();
        }
        return true;
    }
}
