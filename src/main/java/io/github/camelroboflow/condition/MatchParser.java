package io.github.camelroboflow.condition;

import io.github.camelroboflow.condition.Comparison.ComparisonParser;
import io.github.camelroboflow.condition.Match.RelationKind;
import io.github.camelroboflow.condition.TokenStream.Token.Type;
import io.github.camelroboflow.condition.TokenStream.Token;
import java.util.ArrayList;
import java.util.List;

/** Parses class names, their required confidence and their relations. Collects the names and confidences. */
final class MatchParser {

    private static final String NAME = "a class name";

    private final TokenStream tokens;
    private final List<NamePattern> names = new ArrayList<>();
    private final List<Double> thresholds = new ArrayList<>();
    private boolean relations;

    MatchParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /** Returns all class names that were parsed. */
    List<NamePattern> names() {
        return List.copyOf(names);
    }

    /** Returns all confidences that were parsed. */
    List<Double> thresholds() {
        return List.copyOf(thresholds);
    }

    /** Returns whether a relation was parsed. */
    boolean hasRelations() {
        return relations;
    }

    /** Returns whether the next bracket is a list of names that is compared or related. */
    boolean isAtComparedList() {
        int ahead = 1;
        while (tokens.peek(ahead).isName() || tokens.peek(ahead).is(Type.OR)) {
            ahead++;
        }
        Token after = tokens.peek(ahead + 1);
        return ahead > 1 && tokens.peek(ahead).is(Type.CLOSE) && (after.is(Type.OPERATOR) || after.isRelation());
    }

    Match relation() {
        return related(selection());
    }

    /** Parses the content of {@code count(…)}: a list of names, or a relation. */
    Match countable() {
        if (tokens.at(Type.OPEN)) {
            return relation();
        }
        Token first = tokens.peek();
        List<NamePattern> list = list();
        if (list.size() > 1 && (tokens.at(Type.OPERATOR) || tokens.peek().isRelation())) {
            throw tokens.unexpected("')'", "write the names in brackets of their own: (" + tokens.textFrom(first) + ")");
        }
        return related(compared(first, list));
    }

    List<NamePattern> list() {
        List<NamePattern> list = new ArrayList<>();
        do {
            list.add(name());
        } while (tokens.accept(Type.OR));
        return List.copyOf(list);
    }

    private Match related(Match.Selection left) {
        if (!tokens.peek().isRelation()) {
            return left;
        }
        relations = true;
        RelationKind kind = RelationKind.valueOf(tokens.next().type().name());
        return new Match.Relation(left, kind, selection());
    }

    private Match.Selection selection() {
        Token first = tokens.peek();
        if (!tokens.accept(Type.OPEN)) {
            return compared(first, List.of(name()));
        }
        List<NamePattern> list = list();
        tokens.expect(Type.CLOSE, "'or' or ')'");
        return compared(first, list);
    }

    private Match.Selection compared(Token first, List<NamePattern> list) {
        if (!tokens.at(Type.OPERATOR)) {
            return new Match.Selection(list, null);
        }
        String counted = tokens.textFrom(first);
        Comparison confidence = ComparisonParser.comparison(tokens, "a comparison",
                number -> ComparisonParser.confidence(tokens, number, counted));
        thresholds.add(confidence.value());
        return new Match.Selection(list, confidence);
    }

    private NamePattern name() {
        Token token = tokens.peek();
        NamePattern name;
        if (token.is(Type.QUOTED)) {
            name = quoted(tokens.next());
        } else if (token.is(Type.WORD)) {
            name = words();
        } else {
            throw tokens.unexpected(NAME, token.isKeyword() ? "a class named '" + token.text() + "' needs quotes" : "");
        }
        names.add(name);
        return name;
    }

    private NamePattern quoted(Token token) {
        if (token.text().isBlank()) {
            throw tokens.wrong(token, "these quotes hold no class name");
        }
        return NamePattern.literal(token.text().strip());
    }

    private NamePattern words() {
        List<String> words = new ArrayList<>();
        while (tokens.at(Type.WORD)) {
            words.add(tokens.next().text());
        }
        return NamePattern.wildcard(String.join(" ", words));
    }
}
