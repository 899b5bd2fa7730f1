// gmschema DIR NAME: whether the document on standard input is what DIR/NAME.json describes. Exits
// with 1 if not, after printing why, a line for each thing that is wrong.
#include <cstdlib>
#include <exception>
#include <iostream>

#include "gmschema/schema.h"

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: gmschema DIR NAME <DOCUMENT\n";
        return 2;
    }
    try {
        const auto problems =
            gmschema::Schemas(argv[1]).problems(argv[2], gmschema::Json::parse(std::cin));
        for (const std::string& problem : problems)
            std::cout << argv[2] << ": " << problem << '\n';
        return problems.empty() ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception& error) {
        std::cout << "gmschema: " << argv[2] << ": " << error.what() << '\n';
    }
    return EXIT_FAILURE;
}
