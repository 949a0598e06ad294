package io.github.camelroboflow.condition;

import java.util.Locale;

/**
 * A piece of a condition.
 *
 * @param text  as written; of a quoted name, what is between the quotes
 * @param start where it starts in the condition, from 0
 * @param end   where it ends, exclusive
 */
record Token(Type type, String text, int start, int end) {

    enum Type {
        WORD, QUOTED, OR, AND, NOT, NONE, COUNT, COVERAGE, WITHOUT, NEAR, INSIDE, OVERLAPS,
        OPERATOR, OPEN, CLOSE, COMMA, COLON, END;

        private boolean isKeyword() {
            return compareTo(OR) >= 0 && compareTo(OVERLAPS) <= 0;
        }
    }

    static Token word(String text, int start) {
        String upper = text.toUpperCase(Locale.ROOT);
        for (Type type : Type.values()) {
            if (type.isKeyword() && type.name().equals(upper)) {
                return new Token(type, text, start, start + text.length());
            }
        }
        return new Token(Type.WORD, text, start, start + text.length());
    }

    boolean is(Type wanted) {
        return type == wanted;
    }

    boolean isKeyword() {
        return type.isKeyword();
    }

    boolean isRelation() {
        return type.compareTo(Type.WITHOUT) >= 0 && type.compareTo(Type.OVERLAPS) <= 0;
    }

    boolean isName() {
        return type == Type.WORD || type == Type.QUOTED;
    }

    int column() {
        return start + 1;
    }
}
