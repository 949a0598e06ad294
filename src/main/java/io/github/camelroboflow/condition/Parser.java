package io.github.camelroboflow.condition;

import io.github.camelroboflow.condition.Comparison.ComparisonParser;
import io.github.camelroboflow.condition.TokenStream.Token.Type;
import io.github.camelroboflow.condition.TokenStream.Token;
import java.util.ArrayList;
import java.util.List;

/** Parses the logic of a condition: {@code or}, {@code and}, {@code not}, brackets, counts and coverages. */
final class Parser {

    private static final int MAX_DEPTH = 50;
    private static final String ATOM = "a class name, 'none', 'count(', 'coverage(' or '('";

    private final TokenStream tokens;
    private final MatchParser matches;
    private int depth;
    private boolean coverage;

    Parser(TokenStream tokens, MatchParser matches) {
        this.tokens = tokens;
        this.matches = matches;
    }

    Expr parse() {
        Expr expr = or();
        tokens.expect(Type.END, "'and', 'or' or the end");
        return expr;
    }

    /** Returns whether {@code coverage} was parsed. */
    boolean hasCoverage() {
        return coverage;
    }

    private Expr or() {
        List<Expr> parts = new ArrayList<>();
        do {
            parts.add(and());
        } while (tokens.accept(Type.OR));
        return parts.size() == 1 ? parts.get(0) : new Expr.Or(List.copyOf(parts));
    }

    private Expr and() {
        List<Expr> parts = new ArrayList<>();
        do {
            parts.add(not());
        } while (tokens.accept(Type.AND));
        return parts.size() == 1 ? parts.get(0) : new Expr.And(List.copyOf(parts));
    }

    private Expr not() {
        return tokens.accept(Type.NOT) ? new Expr.Not(atom()) : atom();
    }

    private Expr atom() {
        Token token = tokens.peek();
        return switch (token.type()) {
            case WORD, QUOTED -> new Expr.Found(matches.relation());
            case OPEN -> matches.isAtComparedList() ? new Expr.Found(matches.relation()) : bracket();
            case NONE -> none();
            case COUNT -> count();
            case COVERAGE -> coverage();
            case OPERATOR -> throw tokens.unexpected(ATOM, token.text().equals("!") ? "write 'not'"
                    : "the class name comes first, then the comparison");
            default -> throw tokens.unexpected(ATOM, hint(token));
        };
    }

    private static String hint(Token token) {
        return token.isKeyword() ? "a class named '" + token.text() + "' needs quotes" : "";
    }

    private Expr none() {
        tokens.next();
        return new Expr.None();
    }

    private Expr bracket() {
        Token open = tokens.next();
        if (++depth > MAX_DEPTH) {
            throw tokens.wrong(open, "brackets are nested more than " + MAX_DEPTH + " deep");
        }
        Expr expr = or();
        tokens.expect(Type.CLOSE, "'and', 'or' or ')'");
        depth--;
        return expr;
    }

    private Expr count() {
        openAfter(tokens.next());
        Match match = matches.countable();
        tokens.expect(Type.CLOSE, "')'");
        String expected = "a comparison such as '> 3'";
        return new Expr.Count(match,
                ComparisonParser.comparison(tokens, expected, number -> ComparisonParser.integer(tokens, number)));
    }

    private Expr coverage() {
        coverage = true;
        openAfter(tokens.next());
        List<NamePattern> names = matches.list();
        tokens.expect(Type.CLOSE, "'or' or ')'");
        String expected = "a comparison such as '> 5%'";
        return new Expr.Coverage(names,
                ComparisonParser.comparison(tokens, expected, number -> ComparisonParser.share(tokens, number)));
    }

    private void openAfter(Token keyword) {
        if (!tokens.accept(Type.OPEN)) {
            throw tokens.unexpected("'('", hint(keyword));
        }
    }
}
