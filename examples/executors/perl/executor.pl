#!/usr/bin/env perl
# An executor of Ostinato in Perl, with no module from outside. It runs one line after the other.
# The protocol is in docs/executors.md. Add a flow by adding a function to %flows.
#
#   ostinato batch run executor.pl#words --executor 'perl executor.pl' --data texts.jsonl
use strict;
use warnings;
use JSON::PP;

$| = 1;
my $json = JSON::PP->new->canonical->utf8->allow_nonref;

my %flows = (
    words => sub {
        my ($task) = @_;
        my $text = $task->{inputs}{text};
        die qq(expected text in the input "text", got $text\n) if $json->encode($text) !~ /^"/;
        my @words = split ' ', $text;
        return { words => scalar @words };
    },
    ask => sub {
        my ($task) = @_;
        return { answer => call($task, 'test/example', $task->{inputs}{text}) };
    },
);

# Asks a model and waits for its answer. Tasks that arrive meanwhile have their turn later.
my @later;

sub call {
    my ($task, $llm, $prompt) = @_;
    my $call = $task->{calls}++;
    my $request = { llm => $llm, prompt => "$prompt", parameters => {} };
    send_message({ row => $task->{run}, call => $call, request => $request });
    while (my $line = <STDIN>) {
        my $given = $json->decode($line);
        if (!defined $given->{row} || $given->{row} ne $task->{run}) { push @later, $given; next }
        die "$given->{error}{type}: $given->{error}{message}\n" if $given->{error};
        return $given->{answer}{response};
    }
    exit;
}

sub send_message { print $json->encode($_[0]), "\n" }

sub hear {
    my ($given) = @_;
    if (my $hello = $given->{hello}) {
        my @parameters = ({ name => 'text', type => 'string', required => JSON::PP::true });
        my @facts = map {
            my $file = $_;
            map { { file => $file, name => $_, parameters => \@parameters } } sort keys %flows
        } @{ $hello->{files} };
        send_message({ ready => { version => 1, parallel => 1, facts => \@facts } });
    }
    elsif (defined $given->{run}) {
        my $flow  = $flows{ $given->{name} // '' };
        my $value = eval { $flow ? $flow->($given) : die "There is no such flow.\n" };
        my $error = $@;
        chomp $error;
        send_message({ row => $given->{run}, $error eq '' ? (done => $value) : (failed => { type => 'Error', message => $error }) });
    }
    elsif (defined $given->{aggregate}) {
        send_message({ row => $given->{aggregate}, done => { lines => scalar @{ $given->{lines} || [] } } });
    }
    elsif (defined $given->{ping}) { send_message({ pong => $given->{ping} }) }
}

while (my $line = <STDIN>) {
    hear($json->decode($line));
    hear(shift @later) while @later;
}
