// An executor of Ostinato in Go: flows written in Go, without any package.
// The protocol is in docs/executors.md. Add a flow by adding a function to the map "flows".
//
//	go build -o executor . && ostinato batch run main.go#words --executor "$PWD/executor" --data texts.jsonl
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
)

// A Line is what the code of a flow gets: its inputs, and a way to ask a model.
type Line struct {
	ID     string
	Inputs map[string]any
	calls  int
}

// The flows of this executor, by the name that a task gives.
var flows = map[string]func(line *Line) (any, error){
	"words": func(line *Line) (any, error) {
		text, isText := line.Inputs["text"].(string)
		if !isText {
			return nil, fmt.Errorf("expected text in the input %q, got %v", "text", line.Inputs["text"])
		}
		return map[string]any{"words": len(strings.Fields(text))}, nil
	},
	"ask": func(line *Line) (any, error) {
		answer, err := line.Call("test/example", fmt.Sprint(line.Inputs["text"]))
		return map[string]any{"answer": answer}, err
	},
}

// Call asks a model and waits for its answer.
func (line *Line) Call(llm string, prompt string) (any, error) {
	call := line.calls
	line.calls++
	answers := make(chan message, 1)
	waiting.Store(key(line.ID, call), answers)
	send(map[string]any{
		"row": line.ID, "call": call,
		"request": map[string]any{"llm": llm, "prompt": prompt, "parameters": map[string]any{}},
	})
	answer := <-answers
	if answer.Error != nil {
		return nil, fmt.Errorf("%s: %s", answer.Error.Type, answer.Error.Message)
	}
	return answer.Answer.Response, nil
}

// A message of the run. Fields that a message does not have are nil or empty.
type message struct {
	Hello *struct {
		Version int      `json:"version"`
		Files   []string `json:"files"`
	} `json:"hello"`
	Run       string                          `json:"run"`
	Aggregate string                          `json:"aggregate"`
	Name      string                          `json:"name"`
	Inputs    map[string]any                  `json:"inputs"`
	Lines     []map[string]any                `json:"lines"`
	Row       string                          `json:"row"`
	Call      int                             `json:"call"`
	Answer    struct{ Response any }          `json:"answer"`
	Error     *struct{ Type, Message string } `json:"error"`
	Ping      *int                            `json:"ping"`
}

// Calls that wait for an answer: by task and number of the call.
var waiting sync.Map

func key(id string, call int) string { return fmt.Sprintf("%s call %d", id, call) }

var out sync.Mutex

func send(value any) {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	out.Lock()
	defer out.Unlock()
	os.Stdout.Write(append(text, '\n'))
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	for {
		text, err := lines.ReadBytes('\n')
		if err != nil {
			return // The run has closed stdin: this executor ends.
		}
		var given message
		if err := json.Unmarshal(text, &given); err != nil {
			fmt.Fprintln(os.Stderr, "not a message:", err)
			os.Exit(1)
		}
		hear(given)
	}
}

func hear(given message) {
	switch {
	case given.Hello != nil:
		greet(given.Hello.Files)
	case given.Run != "":
		go perform(given)
	case given.Aggregate != "":
		send(map[string]any{"row": given.Aggregate, "done": map[string]any{"lines": len(given.Lines)}})
	case given.Ping != nil:
		send(map[string]any{"pong": *given.Ping})
	case given.Row != "":
		if answers, found := waiting.LoadAndDelete(key(given.Row, given.Call)); found {
			answers.(chan message) <- given
		}
	}
}

func greet(files []string) {
	facts := []any{}
	for _, file := range files {
		for name := range flows {
			parameters := []any{map[string]any{"name": "text", "type": "string", "required": true}}
			facts = append(facts, map[string]any{"file": file, "name": name, "parameters": parameters})
		}
	}
	send(map[string]any{"ready": map[string]any{"version": 1, "parallel": 8, "facts": facts}})
}

func perform(given message) {
	fail := func(kind string, text string) {
		send(map[string]any{"row": given.Run, "failed": map[string]any{"type": kind, "message": text}})
	}
	flow, found := flows[given.Name]
	if !found {
		fail("UserError", fmt.Sprintf("There is no flow %q.", given.Name))
		return
	}
	defer func() {
		if fault := recover(); fault != nil {
			fail("Panic", fmt.Sprint(fault))
		}
	}()
	value, err := flow(&Line{ID: given.Run, Inputs: given.Inputs})
	if err != nil {
		fail("Error", err.Error())
		return
	}
	send(map[string]any{"row": given.Run, "done": value})
}
